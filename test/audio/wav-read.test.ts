import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { ascii, chunk, concatenate, extensibleTail, float32, float64, littleEndian, wavBytes } from './wav-bytes.ts';

const read = (bytes: Uint8Array) => readWav(bytes, 'take-1.wav');
const samplesOf = (bytes: Uint8Array) => Array.from(read(bytes).sound.samples);

describe('readWav', () => {
  it.each([
    [8, Uint8Array.of(0, 128, 192, 255), [-1, 0, 0.5, 127 / 128]],
    [16, littleEndian(2, 0x8000, 0, 0x4000, 0x7fff), [-1, 0, 0.5, 32767 / 32768]],
    [24, littleEndian(3, 0x800000, 0, 0x400000, 0x000001, 0xffffff), [-1, 0, 0.5, 2 ** -23, -(2 ** -23)]],
    [32, littleEndian(4, 0x80000000, 0, 0x40000000, 0x00000100), [-1, 0, 0.5, 2 ** -23]],
  ])('brings %i-bit PCM to full scale ±1', (bitsPerSample, data, expected) => {
    const reading = read(wavBytes({ bitsPerSample, data }));
    expect(Array.from(reading.sound.samples)).toEqual(expected);
    expect(reading).toMatchObject({ encoding: 'pcm', bitsPerSample, channelCount: 1, warnings: [] });
  });

  it.each([
    [32, float32(-1, 0.25, 1.5)],
    [64, float64(-1, 0.25, 1.5)],
  ])('takes %i-bit floating point as it is, beyond full scale too', (bitsPerSample, data) => {
    const reading = read(wavBytes({ tag: 3, bitsPerSample, data }));
    expect(Array.from(reading.sound.samples)).toEqual([-1, 0.25, 1.5]);
    expect(reading).toMatchObject({ encoding: 'float', bitsPerSample, warnings: [] });
  });

  it('averages the channels', () => {
    expect(samplesOf(wavBytes({ channelCount: 2, data: littleEndian(2, 0x4000, 0, 0x4000, 0xc000) }))).toEqual([
      0.25, 0,
    ]);
    const six = read(wavBytes({ channelCount: 6, data: littleEndian(2, 0x6000, 0, 0, 0, 0, 0) }));
    expect(six.sound.samples[0]).toBeCloseTo(0.125, 7);
    expect(six.channelCount).toBe(6);
  });

  it.each([8_000, 11_025, 44_100, 192_000])('keeps the rate of %i Hz', (sampleRateHz) => {
    expect(read(wavBytes({ sampleRateHz, data: littleEndian(2, 1) })).sound.sampleRateHz).toBe(sampleRateHz);
  });

  it('reads a file that begins in the middle of a larger buffer', () => {
    const file = wavBytes({ data: littleEndian(2, 0x4000) });
    const buffer = concatenate(ascii('odd'), file, ascii('more'));
    expect(samplesOf(buffer.subarray(3, 3 + file.length))).toEqual([0.5]);
  });

  it('skips chunks it does not know, before, between and after', () => {
    const bytes = wavBytes({
      before: chunk('JUNK', new Uint8Array(28)),
      between: concatenate(chunk('LIST', ascii('INFOISFT')), chunk('fact', littleEndian(4, 2))),
      after: chunk('id3 ', ascii('more')),
      data: littleEndian(2, 0x4000, 0xc000),
    });
    expect(read(bytes)).toMatchObject({ warnings: [], sound: { samples: Float32Array.of(0.5, -0.5) } });
  });

  it('skips a chunk of odd size with its padding byte', () => {
    const bytes = wavBytes({ between: chunk('note', ascii('odd')), data: littleEndian(2, 0x4000) });
    expect(samplesOf(bytes)).toEqual([0.5]);
  });

  it('skips a chunk of odd size whose padding byte was forgotten', () => {
    const unpadded = chunk('note', ascii('odd')).subarray(0, 11);
    expect(samplesOf(wavBytes({ between: unpadded, data: littleEndian(2, 0x4000) }))).toEqual([0.5]);
  });

  it.each([
    [1, 16, littleEndian(2, 0x4000), 'pcm'],
    [1, 24, littleEndian(3, 0x400000), 'pcm'],
    [3, 32, float32(0.5), 'float'],
  ])('reads WAVE_FORMAT_EXTENSIBLE with sub-format %i and %i bits', (subFormat, bitsPerSample, data, encoding) => {
    const formatTail = extensibleTail(subFormat, bitsPerSample);
    const reading = read(wavBytes({ tag: 0xfffe, bitsPerSample, formatTail, data }));
    expect(reading).toMatchObject({ encoding, warnings: [], sound: { samples: Float32Array.of(0.5) } });
  });

  it('reads WAVE_FORMAT_EXTENSIBLE without its extra part, and says what it took it for', () => {
    const reading = read(wavBytes({ tag: 0xfffe, data: littleEndian(2, 0x4000) }));
    expect(reading).toMatchObject({ encoding: 'pcm', sound: { samples: Float32Array.of(0.5) } });
    expect(reading.warnings).toEqual([
      'take-1.wav does not say how its samples are coded: its format header lacks its extended part. They were read as 16-bit PCM.',
    ]);
  });

  it('reads a torn recording as far as it goes, and says so', () => {
    const reading = readWav(wavBytes({ data: new Uint8Array(9_000), dataLength: 32_000 }), 'take-12.wav');
    expect(reading.sound.samples).toHaveLength(4_500);
    expect(reading.warnings).toEqual([
      'take-12.wav is cut off: its header promises 32,000 bytes of sound, the file holds 9,000. The 0.28 s that are there were read.',
    ]);
  });

  it('leaves out a sample that breaks off half-way, and says so', () => {
    const reading = read(wavBytes({ channelCount: 2, data: new Uint8Array(4 * 8 + 3) }));
    expect(reading.sound.samples).toHaveLength(8);
    expect(reading.warnings).toHaveLength(1);
    expect(reading.warnings[0]).toContain('last 3 of 35 bytes');
  });

  it('reads to the end where a recorder died before it could fill in the size', () => {
    const data = littleEndian(2, 0x4000, 0xc000, 0x2000, 0xe000, 0x1000);
    expect(samplesOf(wavBytes({ data, dataLength: 0 }))).toEqual([0.5, -0.5, 0.25, -0.25, 0.125]);
  });

  it('reads to the end, without a warning, what was written to a pipe', () => {
    const reading = read(wavBytes({ data: littleEndian(2, 0x4000), dataLength: 0xffff_ffff }));
    expect(reading).toMatchObject({ warnings: [], sound: { samples: Float32Array.of(0.5) } });
  });

  it('takes the size of an RF64 file from its ds64 chunk', () => {
    const before = chunk('ds64', concatenate(littleEndian(4, 0, 0, 2, 0, 1, 0), littleEndian(4, 0)));
    const bytes = wavBytes({ before, data: littleEndian(2, 0x4000, 0x4000), dataLength: 0xffff_ffff });
    bytes.set(ascii('RF64'));
    expect(samplesOf(bytes)).toEqual([0.5]);
  });

  it('trusts channels and bits where the block size contradicts them, and says so', () => {
    const reading = read(wavBytes({ blockLength: 7, data: littleEndian(2, 0x4000, 0xc000) }));
    expect(Array.from(reading.sound.samples)).toEqual([0.5, -0.5]);
    expect(reading.warnings).toHaveLength(1);
    expect(reading.warnings[0]).toMatch(/^take-1\.wav contradicts itself: its header gives 7 bytes .* make 2\./);
  });
});
