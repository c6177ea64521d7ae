import { describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { decodeClip, packClip, refuseCutOff, toInt16 } from '../../src/dataset/clip.ts';

const WINDOW = 16_032;
/** A sound with one loud second in it. */
function soundWithBurst(seconds: number, burstAtSeconds: number): Float32Array {
  const samples = new Float32Array(seconds * 16_000).fill(0.001);
  samples.fill(0.5, burstAtSeconds * 16_000, (burstAtSeconds + 1) * 16_000);
  return samples;
}
const wavOf = (samples: Float32Array): Uint8Array => writeWav({ samples, sampleRateHz: 16_000 }, { bitsPerSample: 16 });

describe('decoding a clip', () => {
  it('starts a short clip at its beginning, and a long one at its loudest window', async () => {
    expect((await decodeClip(wavOf(new Float32Array(9000)), 'a.wav', WINDOW)).windowStart).toBe(0);
    const { windowStart } = await decodeClip(wavOf(soundWithBurst(5, 3)), 'a.wav', WINDOW);
    expect(Math.abs(windowStart - 48_000)).toBeLessThanOrEqual(160);
  });

  it('brings any rate to 16 kHz', async () => {
    const bytes = writeWav({ samples: new Float32Array(44_100), sampleRateHz: 44_100 }, { bitsPerSample: 16 });
    expect((await decodeClip(bytes, 'a.wav', WINDOW)).samples.length).toBe(16_000);
  });
});

describe('packing a clip', () => {
  it('rounds to 16 bit and limits at full scale', () => {
    expect([...toInt16(Float32Array.of(0, 0.5, -0.5, 1, -1, 7, -7, 0.4 / 32_768, 0.6 / 32_768))]).toEqual([
      0, 16_384, -16_384, 32_767, -32_768, 32_767, -32_768, 0, 1,
    ]);
  });

  it('keeps a clip of up to ten seconds whole', () => {
    const samples = soundWithBurst(10, 2);
    const clip = packClip({ samples, windowStart: 32_000 }, WINDOW);
    expect(clip.samples.length).toBe(160_000);
    expect(clip.windowStart).toBe(32_000);
  });

  it('keeps ten seconds around the window of a longer one, wherever that lies', () => {
    for (const at of [0, 14, 28]) {
      const clip = packClip({ samples: soundWithBurst(30, at), windowStart: at * 16_000 }, WINDOW);
      expect(clip.samples.length).toBeLessThanOrEqual(160_000);
      expect(clip.samples.subarray(clip.windowStart, clip.windowStart + 16_000).every((value) => value > 16_000)).toBe(
        true,
      );
    }
  });
});

describe('a recording that is cut off', () => {
  const whole = wavOf(soundWithBurst(1, 0));

  it('is refused when more than a tenth is missing', () => {
    expect(() => refuseCutOff(whole.subarray(0, 20_000), 'torn.wav')).toThrow(/^torn\.wav is cut off/);
  });

  it('is taken when it is whole, or all but', () => {
    expect(() => refuseCutOff(whole, 'whole.wav')).not.toThrow();
    expect(() => refuseCutOff(whole.subarray(0, 31_000), 'nearly.wav')).not.toThrow();
  });
});
