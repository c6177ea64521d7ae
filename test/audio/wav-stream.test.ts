import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { openWavStream, type ByteSource } from '../../src/audio/wav-stream.ts';
import { writeWav } from '../../src/audio/wav-write.ts';
import { openFile } from '../../src/read-file.ts';
import { createRandom } from '../../src/random.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { concatenate, wavBytes } from './wav-bytes.ts';

/** Bytes in memory as a source, which counts the most that was asked for at once. */
function sourceOf(bytes: Uint8Array): ByteSource & { largestRead: number } {
  const source = {
    byteLength: bytes.length,
    largestRead: 0,
    read: (position: number, length: number) => {
      expect(position + length).toBeLessThanOrEqual(bytes.length);
      source.largestRead = Math.max(source.largestRead, length);
      return Promise.resolve(bytes.slice(position, position + length));
    },
  };
  return source;
}

interface Outcome {
  readonly samples?: number[];
  readonly sampleRateHz?: number;
  readonly warnings?: readonly string[];
  readonly error?: unknown;
}

async function streamed(bytes: Uint8Array, pieceLength: number): Promise<Outcome> {
  try {
    const stream = await openWavStream(sourceOf(bytes), 'a.wav');
    const samples: number[] = [];
    for await (const piece of stream.pieces(pieceLength)) samples.push(...piece);
    expect(samples.length).toBe(stream.sampleCount);
    return { samples, sampleRateHz: stream.sampleRateHz, warnings: stream.warnings };
  } catch (error) {
    return { error };
  }
}

function whole(bytes: Uint8Array): Outcome {
  try {
    const { sound, warnings } = readWav(bytes, 'a.wav');
    return { samples: [...sound.samples], sampleRateHz: sound.sampleRateHz, warnings };
  } catch (error) {
    return { error };
  }
}

const random = createRandom(1);
const bytesOf = (length: number): Uint8Array => Uint8Array.from({ length }, () => random.integer(256));

describe('openWavStream', () => {
  it.each([
    ['8 bit', { bitsPerSample: 8 }],
    ['24 bit, three channels', { bitsPerSample: 24, channelCount: 3 }],
    ['a chunk longer than the first read before the sound', { before: wavJunk(200_000) }],
    ['chunks of odd length without padding', { between: wavJunk(33).subarray(0, -1) }],
    ['many small chunks', { between: concatenate(...Array.from({ length: 9000 }, () => wavJunk(10))) }],
    ['sound that breaks off', { dataLength: 1_000_000 }],
    ['a size that was never filled in', { dataLength: 0 }],
  ])('reads what readWav reads: %s', async (_, description) => {
    const bytes = wavBytes({ ...description, data: bytesOf(30_001) });
    const expected = whole(bytes);
    expect(expected.samples?.length).toBeGreaterThan(3000);
    for (const pieceLength of [777, 100_000]) expect(await streamed(bytes, pieceLength)).toEqual(expected);
  });

  it('reads or refuses any damaged file as readWav does', async () => {
    const original = wavBytes({ between: wavJunk(20), data: bytesOf(400) });
    const damage = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.nat(original.length),
        fc.integer({ min: 1, max: 300 }),
        async (changes, end, piece) => {
          const bytes = original.slice();
          for (const [at, value] of changes) bytes[changes.length % 2 ? at % 60 : at] = value;
          const torn = bytes.subarray(0, end % 3 ? bytes.length : end);
          expect(await streamed(torn, piece)).toEqual(whole(torn));
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('names the same place of a sample that is no number, in whichever piece it lies', async () => {
    const samples = Float32Array.from({ length: 1000 }, (_, i) => i / 1000);
    samples[876] = Number.NaN;
    const bytes = writeWav({ samples: new Float32Array(1000), sampleRateHz: 16_000 }, { encoding: 'float' });
    new Uint8Array(bytes.buffer, bytes.length - 4000).set(new Uint8Array(samples.buffer));
    const { error } = whole(bytes);
    expect(error).toMatchObject({ code: 'sound-invalid', message: expect.stringContaining('sample 876') as string });
    expect(await streamed(bytes, 100)).toEqual({ error });
  });

  it('never holds more than its head or one piece of a long file', async () => {
    const source = sourceOf(writeWav({ samples: new Float32Array(2_000_000), sampleRateHz: 16_000 }));
    for await (const piece of (await openWavStream(source, 'a.wav')).pieces(16_000)) expect(piece.length).toBe(16_000);
    expect(source.largestRead).toBe(65_536);
  });
});

describe('openFile', () => {
  it('reads any part of a file, and says when it became shorter', async () => {
    const path = join(await temporaryFolder(), 'bytes');
    await writeFile(path, Uint8Array.of(0, 1, 2, 3));
    const file = await openFile(path);
    expect(file.byteLength).toBe(4);
    expect([...(await file.read(1, 2))]).toEqual([1, 2]);
    await writeFile(path, Uint8Array.of(0));
    await expect(file.read(0, 4)).rejects.toMatchObject({ code: 'file-unreadable' });
    await file.close();
  });

  it('refuses what is missing, a folder and a device as reading it whole does', async () => {
    await expect(openFile('/no/such.wav')).rejects.toMatchObject({ code: 'file-missing' });
    for (const path of ['/tmp', '/dev/zero'])
      await expect(openFile(path)).rejects.toMatchObject({ code: 'file-unreadable' });
  });
});

/** A chunk that nobody knows, of this many bytes with its header and padding. */
function wavJunk(length: number): Uint8Array {
  const bytes = new Uint8Array(length + (length % 2)).fill(7);
  bytes.set(new TextEncoder().encode('junk'));
  new DataView(bytes.buffer).setUint32(4, length - 8, true);
  return bytes;
}
