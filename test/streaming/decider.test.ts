import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER_FIRES, type DecisionSettings } from '../../src/model/model.ts';
import { Decider } from '../../src/streaming/decider.ts';

const settings: DecisionSettings = {
  stepMs: 100,
  smoothingMs: 300,
  refractoryMs: 800,
  thresholds: [0.8, 0.6, NEVER_FIRES],
};

/** Feeds posteriors every 100 ms and returns what fired, with its time. */
function fired(rows: readonly (readonly number[])[], decider = new Decider(settings)): { at: number; label: number }[] {
  return rows.flatMap((row, step) => {
    const decision = decider.decide(row, step * 100);
    return decision ? [{ at: step * 100, label: decision.labelIndex }] : [];
  });
}

const rest = [0.1, 0.1, 0.8];

describe('Decider', () => {
  it('fires at the threshold and not below it', () => {
    expect(fired([[0.799, 0, 0.2]])).toEqual([]);
    expect(fired([[0.8, 0, 0.2]])).toEqual([{ at: 0, label: 0 }]);
  });

  it('reports the smoothed posterior that fired as the score', () => {
    expect(new Decider(settings).decide([0.875, 0.1, 0], 0)).toEqual({ labelIndex: 0, score: 0.875 });
  });

  it('chooses the likelier of two labels above their thresholds', () => {
    expect(fired([[0.85, 0.9, 0]])).toEqual([{ at: 0, label: 1 }]);
  });

  it('never fires a label that stands for no word', () => {
    expect(fired([[0, 0, 1]])).toEqual([]);
  });

  it('fires once for a word that stays likely longer than the refractory time', () => {
    expect(fired(Array.from({ length: 50 }, () => [0.9, 0, 0]))).toEqual([{ at: 0, label: 0 }]);
  });

  it('fires once where the posterior flickers about the threshold', () => {
    const rows = Array.from({ length: 30 }, (_, step) => [step % 2 ? 0.78 : 0.82, 0, 0]);
    expect(fired(rows)).toEqual([{ at: 0, label: 0 }]);
  });

  it('fires again after the label let go and the refractory time passed', () => {
    const rows = [[0.9, 0, 0], ...Array.from({ length: 8 }, () => rest), [0.9, 0, 0]];
    expect(fired(rows)).toEqual([
      { at: 0, label: 0 },
      { at: 900, label: 0 },
    ]);
  });

  it('lets no other label fire within the refractory time', () => {
    expect(fired([[0.9, 0, 0], rest, rest, [0, 0.9, 0], rest])).toEqual([{ at: 0, label: 0 }]);
  });

  it('lets no weaker label fire while the word that fired is still the likeliest', () => {
    const rows = Array.from({ length: 20 }, () => [0.9, 0.7, 0]);
    expect(fired(rows)).toEqual([{ at: 0, label: 0 }]);
  });

  it('takes a changed threshold from the next decision on', () => {
    const decider = new Decider(settings);
    decider.setThreshold(0, 0.3);
    expect(fired([[0.35, 0, 0]], decider)).toEqual([{ at: 0, label: 0 }]);
  });

  it('does not fire a label that nothing speaks for, even with a threshold of zero', () => {
    const decider = new Decider(settings);
    decider.setThreshold(0, 0);
    expect(fired([[0, 0, 1]], decider)).toEqual([]);
  });

  it('forgets what fired when reset', () => {
    const decider = new Decider(settings);
    expect(decider.decide([0.9, 0, 0], 0)).toBeDefined();
    decider.reset();
    expect(decider.decide([0.9, 0, 0], 0)).toBeDefined();
  });

  it('leaves the refractory time between any two detections, whatever the posteriors', () => {
    const row = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 60 }), (rows) => {
        const times = fired(rows).map(({ at }) => at);
        for (let i = 1; i < times.length; i++)
          expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(settings.refractoryMs);
      }),
      { seed: 1 },
    );
  });
});
