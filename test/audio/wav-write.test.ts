import { describe, expect, it } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { writeWav, type WavWriteOptions } from '../../src/audio/wav-write.ts';
import { HeedError } from '../../src/errors.ts';
import { createRandom } from '../../src/random.ts';
import { littleEndian, wavBytes } from './wav-bytes.ts';

describe('writeWav', () => {
  it('writes 16-bit PCM, byte for byte as the format has it, where nothing else is asked for', () => {
    const sound = { samples: Float32Array.of(0, 0.5, -1), sampleRateHz: 44_100 };
    expect(writeWav(sound)).toEqual(wavBytes({ sampleRateHz: 44_100, data: littleEndian(2, 0, 0x4000, 0x8000) }));
  });

  it('rounds to the nearest step and clips at full scale', () => {
    const samples = Float32Array.of(1, 1.7, -1.7, 0.6 / 32_768, -0.6 / 32_768, 0.4 / 32_768);
    expect(writeWav({ samples, sampleRateHz: 16_000 }).subarray(44)).toEqual(
      littleEndian(2, 0x7fff, 0x7fff, 0x8000, 1, 0xffff, 0),
    );
  });

  it.each<WavWriteOptions>([
    { bitsPerSample: 8 },
    { bitsPerSample: 16 },
    { bitsPerSample: 24 },
    { bitsPerSample: 32 },
    { encoding: 'float' },
    { encoding: 'float', bitsPerSample: 64 },
  ])('writes what readWav reads back: %o', (options) => {
    const random = createRandom(1);
    // An odd number of samples, so that 8 and 24 bits need a padding byte.
    const samples = Float32Array.from({ length: 333 }, () => random.between(-1, 0.99));
    const bytes = writeWav({ samples, sampleRateHz: 22_050 }, options);
    const { sound, bitsPerSample, encoding, warnings } = readWav(bytes, 'written.wav');
    expect(bytes.length % 2).toBe(0);
    expect({ bitsPerSample, encoding, warnings }).toEqual({
      bitsPerSample: options.bitsPerSample ?? 32,
      encoding: options.encoding ?? 'pcm',
      warnings: [],
    });
    expect(sound.sampleRateHz).toBe(22_050);
    const largestError = options.encoding === 'float' ? 0 : 0.5 / 2 ** (bitsPerSample - 1) + 2 ** -25;
    expect(Math.max(...samples.map((sample, i) => Math.abs(sample - sound.samples[i]!)))).toBeLessThanOrEqual(
      largestError,
    );
    expect(writeWav(sound, options)).toEqual(bytes);
  });

  it.each([NaN, Infinity, -Infinity])('refuses the sample %d', (bad) => {
    const write = () => writeWav({ samples: Float32Array.of(0, bad), sampleRateHz: 16_000 });
    expect(write).toThrow(HeedError);
    expect(write).toThrow(/^Sample 1 of this sound is/);
  });

  it.each([0, 16_000.5, NaN, 2 ** 32])('refuses a rate of %d Hz', (sampleRateHz) => {
    expect(() => writeWav({ samples: Float32Array.of(0), sampleRateHz })).toThrow(HeedError);
  });
});
