import { describe, expect, it } from 'vitest';
import { createStreamResampler, resample } from '../../src/audio/resample.ts';
import { createRandom } from '../../src/random.ts';

const RATES_HZ = [8_000, 11_025, 22_050, 44_100, 48_000, 96_000, 192_000];

function sine(frequencyHz: number, sampleRateHz: number, seconds = 0.2): Float32Array {
  return Float32Array.from({ length: sampleRateHz * seconds }, (_, i) =>
    Math.sin((2 * Math.PI * frequencyHz * i) / sampleRateHz),
  );
}

/** The gain in dB that a sine meets on its way to 16 kHz, away from the edges. */
async function gainDb(frequencyHz: number, fromHz: number): Promise<number> {
  const { samples } = await resample({ samples: sine(frequencyHz, fromHz), sampleRateHz: fromHz }, 16_000);
  const middle = samples.subarray(800, 2_400);
  const rms = Math.sqrt(middle.reduce((sum, sample) => sum + sample * sample, 0) / middle.length);
  return 20 * Math.log10(rms / Math.SQRT1_2);
}

describe('resample', () => {
  it('returns the same object where the rate is right already', async () => {
    const sound = { samples: sine(440, 16_000), sampleRateHz: 16_000 };
    expect(await resample(sound, 16_000)).toBe(sound);
  });

  it.each(RATES_HZ)('keeps the duration at %i Hz', async (fromHz) => {
    const { samples, sampleRateHz } = await resample(
      { samples: new Float32Array(fromHz / 5), sampleRateHz: fromHz },
      16_000,
    );
    expect(samples).toHaveLength(3_200);
    expect(sampleRateHz).toBe(16_000);
  });

  it.each([22_050, 44_100, 48_000, 192_000])('is flat within 0.5 dB up to 7 kHz, from %i Hz', async (fromHz) => {
    for (const frequencyHz of [100, 1_000, 4_000, 6_000, 7_000])
      expect(Math.abs(await gainDb(frequencyHz, fromHz))).toBeLessThan(0.5);
  });

  it.each([22_050, 44_100, 48_000, 192_000])(
    'lets nothing above 8 kHz through by more than −60 dB, from %i Hz',
    async (fromHz) => {
      for (const frequencyHz of [8_020, 8_500, 9_000, 10_500, 15_900, 23_000])
        if (frequencyHz < fromHz / 2) expect(await gainDb(frequencyHz, fromHz)).toBeLessThan(-60);
    },
  );

  it('adds no mirror image when it raises 8 kHz to 16 kHz', async () => {
    const { samples } = await resample({ samples: sine(3_000, 8_000), sampleRateHz: 8_000 }, 16_000);
    const expected = sine(3_000, 16_000);
    for (let i = 800; i < 2_400; i++) expect(Math.abs(samples[i]! - expected[i]!)).toBeLessThan(0.001);
  });

  it.each(RATES_HZ)('leaves a click at its time, from %i Hz', async (fromHz) => {
    const samples = new Float32Array(fromHz / 5);
    const clickAt = Math.round(0.1 * fromHz);
    samples[clickAt] = 1;
    const { samples: result } = await resample({ samples, sampleRateHz: fromHz }, 16_000);
    const loudest = result.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(result[best]!) ? i : best), 0);
    expect(Math.abs(loudest / 16_000 - clickAt / fromHz)).toBeLessThan(1 / 16_000);
  });

  it('gives the same again, and the same for two sounds at once', async () => {
    // Long enough for the two to take turns.
    const sound = { samples: sine(700, 44_100, 1), sampleRateHz: 44_100 };
    const first = await resample(sound, 16_000);
    const [second, third] = await Promise.all([resample(sound, 16_000), resample(sound, 16_000)]);
    expect(second).toEqual(first);
    expect(third).toEqual(first);
  });

  it('lets others have their turn during a long sound', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await resample({ samples: new Float32Array(48_000 * 3), sampleRateHz: 48_000 }, 16_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it.each([0, 7_999, 192_001, NaN, 44_100.5])('refuses a rate of %d Hz', async (rateHz) => {
    const sound = { samples: new Float32Array(10), sampleRateHz: rateHz };
    await expect(resample(sound, 16_000)).rejects.toMatchObject({ code: 'sound-invalid' });
    await expect(createStreamResampler(16_000, rateHz)).rejects.toMatchObject({ code: 'sound-invalid' });
  });
});

describe('createStreamResampler', () => {
  it.each([8_000, 11_025, 44_100, 48_000, 192_000])(
    'makes of any chunks what resample makes of the whole, from %i Hz',
    async (fromHz) => {
      const random = createRandom(fromHz);
      const resampler = await createStreamResampler(fromHz, 16_000);
      // Twice, because flush begins a new sound.
      for (const length of [fromHz / 5 + 7, 1_234]) {
        const samples = Float32Array.from({ length }, () => random.between(-1, 1));
        const whole = await resample({ samples, sampleRateHz: fromHz }, 16_000);
        const pieces: number[] = [];
        for (let start = 0; start < length;) {
          const end = Math.min(length, start + random.integer(random.next() < 0.1 ? 9_999 : 300));
          pieces.push(...resampler.push(samples.subarray(start, end)));
          start = end;
        }
        pieces.push(...resampler.flush());
        expect(Float32Array.from(pieces)).toEqual(whole.samples);
      }
    },
  );

  it('lags behind by less than 10 ms', async () => {
    const resampler = await createStreamResampler(48_000, 16_000);
    expect(resampler.push(new Float32Array(48_000)).length).toBeGreaterThan(16_000 - 160);
  });

  it('takes a chunk of over a million samples whole', async () => {
    const samples = new Float32Array(1_020_000);
    samples[1_019_000] = 1;
    const resampler = await createStreamResampler(192_000, 16_000);
    const result = [...resampler.push(samples), ...resampler.flush()];
    expect(result).toHaveLength(85_000);
    expect(Math.abs(result[Math.round(1_019_000 / 12)]!)).toBeGreaterThan(0.05);
  });

  it('passes samples on where the rates are equal, as a copy', async () => {
    const samples = Float32Array.of(0.1, 0.2);
    const resampler = await createStreamResampler(16_000, 16_000);
    const passed = resampler.push(samples);
    expect(passed).toEqual(samples);
    expect(passed).not.toBe(samples);
    expect(resampler.flush()).toHaveLength(0);
  });
});
