import { describe, expect, it } from 'vitest';
import { learnShare, type FitForecaster } from '../../../../src/lab/tasks/series/forecast-average.ts';
import { createRandom } from '../../../../src/random.ts';

const MOMENTS = Array.from({ length: 300 }, (_, i) => i);
const random = createRandom(5, 'forecast average');
const truths = MOMENTS.map(() => random.normal());
const truth = (moment: number): number => truths[moment]!;

/** Forecasts what came times a factor that may differ from moment to moment. */
const scaled =
  (factor: (moment: number) => number): FitForecaster =>
  () =>
    Promise.resolve((origins) => Promise.resolve(origins.map((origin) => factor(origin) * truth(origin))));

const share = (other: FitForecaster, base = scaled(() => 0.5)): Promise<number> =>
  learnShare(base, other, MOMENTS, 1, truth);

describe('the share of a second forecaster', () => {
  it('is the one with which the average comes nearest to what came', async () => {
    // 0.5 and 1.25 meet at 1 with two thirds of the second.
    expect(await share(scaled(() => 1.25))).toBeCloseTo(2 / 3, 10);
  });

  it('is never beyond the second forecaster, nor away from it', async () => {
    expect(await share(scaled(() => 0.75))).toBe(1);
    expect(await share(scaled(() => 0.25))).toBe(0);
  });

  it('is nothing where the second says the same', async () => {
    expect(await share(scaled(() => 0.5))).toBe(0);
  });

  it('is nothing where the second is right in some parts and leads astray in one', async () => {
    expect(await share(scaled((moment) => (moment < 100 ? 0 : 1)))).toBe(0);
  });

  it('is measured on moments that neither forecaster has learned from, nor from any so near as to share a day', async () => {
    const ahead = 7;
    let trainings = 0;
    const careful: FitForecaster = (training) => {
      trainings++;
      return Promise.resolve((origins) => {
        for (const origin of origins)
          expect(training.every((known) => Math.abs(known - origin) > ahead || origins.includes(known))).toBe(true);
        expect(origins.some((origin) => training.includes(origin))).toBe(false);
        expect(training.length).toBeGreaterThan(MOMENTS.length / 2);
        return Promise.resolve(origins.map(() => 0));
      });
    };
    await learnShare(careful, careful, MOMENTS, ahead, truth);
    expect(trainings).toBe(6);
  });
});
