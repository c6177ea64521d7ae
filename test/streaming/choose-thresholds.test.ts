import { describe, expect, it } from 'vitest';
import { NEVER_FIRES, type DecisionSettings } from '../../src/model/model.ts';
import { chooseThresholds, labelCurve } from '../../src/streaming/choose-thresholds.ts';
import type { TrackedStream } from '../../src/streaming/posterior-track.ts';

const LABELS = ['yes', 'no', '_silence_'];
const DECISION: DecisionSettings = {
  stepMs: 100,
  smoothingMs: 300,
  refractoryMs: 800,
  thresholds: [0.8, 0.8, NEVER_FIRES],
};

/** An hour in which, every four seconds, one label's posterior rises to a height once; said or not. */
function stream(peaks: readonly { label: string; height: number; said: boolean }[]): TrackedStream {
  const timesMs: number[] = [];
  const smoothed: Float32Array[] = [];
  peaks.forEach(({ label, height }, i) => {
    for (let step = 0; step < 20; step++) {
      timesMs.push(4000 * i + 100 * step);
      smoothed.push(Float32Array.from(LABELS, (each) => (each === label && step === 10 ? height : 0.01)));
    }
  });
  const truth = peaks.flatMap(({ label, said }, i) => (said ? [{ timeMs: 4000 * i + 600, label, line: i + 1 }] : []));
  return { durationMs: 3_600_000, truth, track: { timesMs, smoothed } };
}

const said = (label: string, ...heights: number[]) => heights.map((height) => ({ label, height, said: true }));
const noise = (label: string, ...heights: number[]) => heights.map((height) => ({ label, height, said: false }));
const choose = (streams: TrackedStream[], falseAcceptsPerHour: number) =>
  chooseThresholds(streams, LABELS, DECISION, falseAcceptsPerHour);

describe('labelCurve', () => {
  it('tells misses and false accepts of one label at each threshold', () => {
    const streams = [stream([...said('yes', 0.9, 0.75, 0.55, 0.35), ...noise('yes', 0.7, 0.5), ...noise('no', 0.99)])];
    expect(labelCurve(streams, 'yes', LABELS, DECISION, [0.3, 0.6, 0.8, 0.95])).toEqual([
      { threshold: 0.3, missRate: 0, falseAcceptsPerHour: 2 },
      { threshold: 0.6, missRate: 0.5, falseAcceptsPerHour: 1 },
      { threshold: 0.8, missRate: 0.75, falseAcceptsPerHour: 0 },
      { threshold: 0.95, missRate: 1, falseAcceptsPerHour: 0 },
    ]);
  });

  it('counts an answer to another word as a false accept', () => {
    const confused = stream([{ label: 'yes', height: 0.9, said: false }]);
    const streams = [{ ...confused, truth: [{ timeMs: 600, label: 'no', line: 1 }] }];
    expect(labelCurve(streams, 'yes', LABELS, DECISION, [0.5])[0]!.falseAcceptsPerHour).toBe(1);
  });
});

describe('chooseThresholds', () => {
  it('goes as low as the words gain by it, and no lower, where nothing else sets them off', () => {
    const [yes, no, silence] = choose([stream([...said('yes', 0.9, 0.615), ...said('no', 0.955)])], 0);
    expect(yes).toBeCloseTo(0.61, 6);
    expect(no).toBeCloseTo(0.95, 6);
    expect(silence).toBe(NEVER_FIRES);
  });

  it('stays above what would set a word off, where no false accept is allowed', () => {
    const [yes] = choose([stream([...said('yes', 0.9, 0.6), ...noise('yes', 0.7), ...said('no', 0.9)])], 0);
    expect(yes).toBeGreaterThan(0.7);
    expect(yes).toBeLessThanOrEqual(0.9);
  });

  it('spends the false accepts allowed where most is gained for them', () => {
    const peaks = [
      ...[...said('yes', 0.9, 0.5, 0.5, 0.5), ...noise('yes', 0.6)],
      ...[...said('no', 0.9, 0.9, 0.9, 0.5), ...noise('no', 0.6)],
    ];
    const [yes, no] = choose([stream(peaks)], 1);
    expect(yes).toBeLessThanOrEqual(0.5);
    expect(no).toBeGreaterThan(0.6);
    const [both, too] = choose([stream(peaks)], 2);
    expect([both! <= 0.5, too! <= 0.5]).toEqual([true, true]);
  });

  it('takes a dear step where the whole way down is worth it, and a cheap one before', () => {
    // Two false accepts stand before the three words that "yes" gains, one before the one that "no" gains.
    const peaks = [
      ...[...said('yes', 0.9, 0.5, 0.5, 0.5), ...noise('yes', 0.7, 0.6)],
      ...[...said('no', 0.9, 0.9, 0.9, 0.5), ...noise('no', 0.6)],
    ];
    const [yes, no] = choose([stream(peaks)], 2);
    expect(yes).toBeLessThanOrEqual(0.5);
    expect(no).toBeGreaterThan(0.6);
    const [dear, cheap] = choose([stream(peaks)], 1);
    expect(dear).toBeGreaterThan(0.7);
    expect(cheap).toBeLessThanOrEqual(0.5);
  });

  it('takes several streams together', () => {
    const words = stream([...said('yes', 0.9, 0.5), ...said('no', 0.9)]);
    const talk = stream(noise('yes', 0.7, 0.8));
    expect(choose([words], 0)[0]).toBeLessThanOrEqual(0.5);
    expect(choose([words, talk], 0)[0]).toBeGreaterThan(0.8);
    expect(choose([words, talk], 1)[0]).toBeLessThanOrEqual(0.5);
  });

  it('leaves a word alone that is never said', () => {
    expect(choose([stream([...said('yes', 0.9), ...noise('no', 0.99)])], 10)[1]).toBe(0.8);
  });
});
