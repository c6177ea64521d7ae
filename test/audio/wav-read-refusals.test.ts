import { describe, expect, it } from 'vitest';
import { readWav, type WavReading } from '../../src/audio/wav-read.ts';
import { HeedError } from '../../src/errors.ts';
import { createRandom, type Random } from '../../src/random.ts';
import { ascii, chunk, concatenate, extensibleTail, float32, float64, littleEndian, wavBytes } from './wav-bytes.ts';

function refusal(bytes: Uint8Array): { code: string; message: string } {
  try {
    readWav(bytes, 'take-1.wav');
  } catch (error) {
    if (error instanceof HeedError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('It was read.');
}

describe('readWav refuses, naming the file and what was found where,', () => {
  it.each([
    ['an empty file', new Uint8Array(0), 'is empty'],
    ['text', ascii('Dear diary, today I'), 'begins with “Dear diary, ”'],
    ['text shorter than a header', ascii('Hello'), 'begins with “Hello”'],
    ['a FLAC file', ascii('fLaC and so on and on'), 'is a FLAC file'],
    ['an MP4 file', ascii('\0\0\0\x20ftypM4A and so on'), 'is an MP4 or M4A file'],
    ['a big-endian file', ascii('RIFX\0\0\0\x24WAVEfmt '), 'RIFX'],
    ['a RIFF file of another kind', ascii('RIFF\x24\0\0\0AVI LIST'), 'of the kind “AVI ”, at byte 8'],
    ['a file cut in its first header', wavBytes().subarray(0, 7), 'ends at byte 7'],
    ['a file cut before its format', wavBytes().subarray(0, 14), 'no format header (fmt chunk)'],
    [
      'a file cut in its format',
      wavBytes().subarray(0, 30),
      'cut off inside its format header (byte 20), which has 10 of 16 bytes',
    ],
    [
      'a format header that is too short',
      concatenate(ascii('RIFF\0\0\0\0WAVE'), chunk('fmt ', new Uint8Array(14)), chunk('data', ascii('ab'))),
      'has 14 of at least 16 bytes',
    ],
    ['a file cut before its sound', wavBytes({ data: littleEndian(2, 1) }).subarray(0, 40), 'no data chunk'],
    [
      'a file cut right where its sound begins',
      wavBytes({ data: new Uint8Array(32_000) }).subarray(0, 44),
      'promises 32,000 bytes, but the file ends where they should begin (byte 44)',
    ],
    ['a file with no sound in it', wavBytes(), 'its data chunk (byte 44) is empty'],
    ['half a sample', wavBytes({ data: Uint8Array.of(1) }), '1 bytes of its data chunk (byte 44)'],
    ['no channels', wavBytes({ channelCount: 0, data: littleEndian(2, 1) }), '0 channels (byte 22)'],
    [
      '12 bits',
      wavBytes({ bitsPerSample: 12, blockLength: 2, data: littleEndian(2, 1) }),
      '12 bits per sample (byte 34)',
    ],
    ['16-bit floating point', wavBytes({ tag: 3, data: littleEndian(2, 1) }), 'Heed reads 32, 64'],
    ['A-law', wavBytes({ tag: 6, bitsPerSample: 8, data: ascii('abc') }), 'coded as A-law (format 0x0006 at byte 20)'],
    ['µ-law', wavBytes({ tag: 7, bitsPerSample: 8, data: ascii('abc') }), 'coded as µ-law'],
    ['an unknown coding', wavBytes({ tag: 0x1234, data: ascii('abcd') }), 'something unknown (format 0x1234'],
    [
      'A-law inside an extended header',
      wavBytes({ tag: 0xfffe, bitsPerSample: 8, formatTail: extensibleTail(6, 8), data: ascii('abc') }),
      'coded as A-law',
    ],
    [
      'an extended header with a foreign identifier',
      wavBytes({ tag: 0xfffe, formatTail: extensibleTail(1, 16).fill(9, 12), data: ascii('abcd') }),
      'at byte 44, names a coding that is not known',
    ],
    [
      'sound without a format',
      concatenate(ascii('RIFF\0\0\0\0WAVE'), chunk('data', littleEndian(2, 1))),
      'no format header (fmt chunk)',
    ],
  ])('%s', (_, bytes, found) => {
    const { code, message } = refusal(bytes);
    expect(code).toBe('wav-format');
    expect(message).toContain('take-1.wav');
    expect(message).toContain(found);
  });

  it.each([0, 7_999, 192_001, 0xffff_ffff])('a rate of %i Hz', (sampleRateHz) => {
    const { code, message } = refusal(wavBytes({ sampleRateHz, data: littleEndian(2, 1) }));
    expect(code).toBe('sound-invalid');
    expect(message).toContain(`take-1.wav cannot be used: its sampling rate is ${sampleRateHz} Hz (byte 24)`);
  });

  it.each([
    ['NaN', 32, float32(0, 0, 0.5, NaN), 'not a number'],
    ['infinity', 32, float32(0, 0, 0.5, -Infinity), 'infinite'],
    ['NaN in 64 bits', 64, float64(0, 0, 0.5, NaN), 'not a number'],
    ['a 64-bit number beyond 32 bits', 64, float64(0, 0, 0.5, 1e300), 'beyond all measure'],
  ])('%s among the samples', (_, bitsPerSample, data, found) => {
    const { code, message } = refusal(wavBytes({ tag: 3, channelCount: 2, bitsPerSample, data }));
    expect(code).toBe('sound-invalid');
    expect(message).toContain(found);
    expect(message).toContain(`at 0.000 s (sample 1, channel 2, byte ${44 + (3 * bitsPerSample) / 8})`);
  });
});

describe('readWav on 5,000 mutated files', () => {
  const random = createRandom(3, 'wav mutations');
  const noise = Uint8Array.from({ length: 64 }, () => random.integer(256));
  const seeds = [
    wavBytes({ data: noise }),
    wavBytes({ tag: 3, bitsPerSample: 32, data: float32(0, 0.5, -0.5, 1) }),
    wavBytes({ tag: 0xfffe, bitsPerSample: 24, formatTail: extensibleTail(1, 24), channelCount: 2, data: noise }),
    wavBytes({ bitsPerSample: 8, before: chunk('JUNK', noise), between: chunk('odd ', ascii('abc')), data: noise }),
  ];

  it('returns no more samples than the file has bytes, all finite, or throws a HeedError', () => {
    const outcomes = { read: 0, refused: 0 };
    const wrong: unknown[] = [];
    for (let round = 0; round < 5_000; round++) {
      const bytes = mutated(seeds[round % seeds.length]!, random);
      let reading: WavReading;
      try {
        reading = readWav(bytes, 'mutant.wav');
      } catch (error) {
        if (!(error instanceof HeedError && error.message.includes('mutant.wav'))) wrong.push({ round, error });
        outcomes.refused++;
        continue;
      }
      const { samples, sampleRateHz } = reading.sound;
      const sound =
        samples.length > 0 && samples.every(Number.isFinite) && sampleRateHz >= 8_000 && sampleRateHz <= 192_000;
      if (!sound || samples.buffer.byteLength > 4 * bytes.length) wrong.push({ round, reading });
      outcomes.read++;
    }
    expect(wrong).toEqual([]);
    // The mutations reach both sides of every check.
    expect(outcomes.read).toBeGreaterThan(500);
    expect(outcomes.refused).toBeGreaterThan(500);
  });
});

/** One to six of: a byte changed, four bytes made extreme, the end cut off, a stretch doubled or taken out. */
function mutated(seed: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(seed);
  for (let changes = 1 + random.integer(6); changes > 0 && bytes.length > 0; changes--) {
    const at = random.integer(bytes.length);
    const until = Math.min(bytes.length, at + 1 + random.integer(12));
    const kind = random.integer(12);
    if (kind < 6) bytes[at] = random.integer(256);
    else if (kind < 9) bytes.fill([0, 0xff, 0x7f, 0x80][random.integer(4)]!, at, Math.min(bytes.length, at + 4));
    else if (kind === 9) bytes = bytes.slice(0, at);
    else if (kind === 10) bytes = concatenate(bytes.slice(0, until), bytes.slice(at));
    else bytes = concatenate(bytes.slice(0, at), bytes.slice(until));
  }
  return bytes;
}
