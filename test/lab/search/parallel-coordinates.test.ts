import { describe, expect, it } from 'vitest';
import { drawParallelCoordinates, parallelCoordinates } from '../../../src/lab/search/parallel-coordinates.ts';
import { trialOf, type TrialRecord } from '../../../src/lab/search/trials.ts';

const recordOf = (values: TrialRecord['values'], accuracy: number | undefined, epochs = 4): TrialRecord => ({
  ...trialOf(values, epochs, 1),
  outcome:
    accuracy === undefined
      ? { status: 'diverged', message: 'no number', durationMs: 1 }
      : { status: 'finished', accuracy, loss: 1, bestEpoch: 1, bytes: 3, durationMs: 1 },
});
const records = [
  recordOf({ 'learning-rate': 0.001, pooling: 'mean', layers: 1 }, 0.8),
  recordOf({ 'learning-rate': 0.01, pooling: 'last', layers: 1 }, 0.9),
  recordOf({ 'learning-rate': 0.1, pooling: 'mean', layers: 1 }, undefined),
];

describe('parallel coordinates', () => {
  it('have an axis for each parameter that differs, on its own scale, and one for accuracy', () => {
    const { axes, lines } = parallelCoordinates(records);
    expect(axes.map(({ label }) => label)).toEqual(['learning-rate', 'pooling', 'accuracy']);
    expect(axes[0]!.ticks.map(({ text }) => text)).toEqual(['0.001', '0.01', '0.1']);
    expect(axes[0]!.ticks[1]!.place).toBeCloseTo(0.5);
    expect(axes[2]!.ticks).toEqual([
      { place: 0, text: '80.0 %' },
      { place: 1, text: '90.0 %' },
    ]);
    expect(lines.map(({ rank }) => rank)).toEqual([null, 1, 0]);
    expect(lines[0]!.places).toEqual([1, 1, null]);
    expect(lines[2]!.text).toBe('learning-rate 0.01, pooling last, layers 1, 4 epochs: 90.0 %');
  });

  it('have an axis of epochs where rounds differ', () => {
    const { axes } = parallelCoordinates([
      ...records,
      recordOf({ 'learning-rate': 0.01, pooling: 'last', layers: 1 }, 0.95, 12),
    ]);
    expect(axes.map(({ label }) => label)).toContain('epochs');
  });

  it('are drawn with a line for each trial, the best one marked, the diverged one dashed', () => {
    const svg = drawParallelCoordinates(records, 'Trials on <words> & noises');
    expect(svg.match(/<polyline /g)).toHaveLength(3);
    expect(svg.match(/class="trial best"/g)).toHaveLength(1);
    expect(svg.match(/class="trial unfinished"/g)).toHaveLength(1);
    expect(svg).toContain('Trials on &lt;words&gt; &amp; noises');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are drawn of one trial, and of none', () => {
    for (const few of [[], records.slice(0, 1), records.slice(2)])
      expect(drawParallelCoordinates(few, 'Few trials')).not.toMatch(/NaN|undefined|Infinity/);
  });
});
