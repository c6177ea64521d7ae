import { describe, expect, it } from 'vitest';
import {
  accuracyFinding,
  reachFinding,
  speedFinding,
  updatesFinding,
} from '../../../src/lab/compare/comparison-findings.ts';
import { comparisonPictures } from '../../../src/lab/compare/comparison-pictures.ts';
import type { ComparedCell } from '../../../src/lab/compare/compare-cells.ts';
import type { CellReach } from '../../../src/lab/compare/gradient-reach.ts';

function cell(name: ComparedCell['cell'], meanAccuracy: number | null, deviation: number | null = 0.01): ComparedCell {
  return {
    ...{ cell: name, title: name, hidden: 8, parameters: 100, bytes: 1000, meanAccuracy, deviation },
    runs: [{ seed: 1, accuracy: meanAccuracy, trainingMs: name === 'gru' ? 1000 : 3000 }],
    speed: { trainedPerSecond: 1, shareOfFmaPeak: null, frameMicroseconds: name === 'gru' ? 2 : 1 },
  };
}

function reach(name: CellReach['cell'], norms: number[], changes: Partial<CellReach> = {}): CellReach {
  return {
    cell: name,
    clipped: false,
    normsBefore: norms,
    normsAfter: norms,
    updateNorms: [1, 1, 2],
    diverged: false,
    ...changes,
  };
}

describe('the sentences on a comparison', () => {
  it('call a lead chance where the runs of one cell differ as much', () => {
    expect(accuracyFinding([cell('gru', 0.91), cell('rnn', 0.8)])).toMatch(
      /^gru gets 91\.0 % right, 11\.0 points more than rnn: more than/,
    );
    expect(accuracyFinding([cell('rnn', 0.9), cell('gru', 0.91)])).toMatch(/^gru .* no more than the runs/);
    expect(accuracyFinding([cell('gru', 0.91, null), cell('rnn', 0.8, null)])).toMatch(/may be chance/);
    expect(accuracyFinding([cell('gru', null), cell('rnn', 0.8)])).toBe('rnn gets 80.0 % right.');
    expect(accuracyFinding([cell('gru', null)])).toMatch(/diverged/);
  });

  it('name the quickest and the slowest', () => {
    expect(speedFinding([cell('gru', 1), cell('rnn', 1)])).toMatch(/^rnn is the quickest.*gru takes 2\.0 µs/);
  });

  it('tell a gradient that vanished from one that is only smaller', () => {
    expect(reachFinding([reach('gru', [1, 0.5]), reach('rnn', [1, 1e-9])], 'normsBefore')).toMatch(
      /gru keeps 50\.0 %.*rnn one part in 10\^9, of which nothing can be learned/,
    );
    expect(reachFinding([reach('gru', [1, 0.5]), reach('rnn', [1, 0.1])], 'normsBefore')).toMatch(
      /can still be learned/,
    );
    const diverged = reach('rnn', [1, 0.5], { normsAfter: [], diverged: true });
    expect(reachFinding([reach('gru', [1, 0.5]), diverged], 'normsAfter')).toMatch(
      /gru keeps 50\.0 %.* rnn diverged\.$/,
    );
  });

  it('tell an explosion from an ordinary update', () => {
    expect(updatesFinding([reach('gru', [1]), reach('rnn', [1], { updateNorms: [1, 1, 50] })])).toMatch(
      /rnn is 50 times.*explosion/,
    );
    expect(updatesFinding([reach('gru', [1])])).toMatch(/no gradient explodes/);
    expect(updatesFinding([reach('rnn', [1], { diverged: true })])).toMatch(/rnn exploded/);
  });
});

describe('the pictures of a comparison', () => {
  it('leave out what a diverged run has not, and hold nothing but numbers', () => {
    const pictures = comparisonPictures({
      cells: [cell('gru', 0.9), { ...cell('rnn', null), bytes: null }],
      reach: [reach('gru', [1, 0.5], { clipped: true }), reach('gru', [1, 0.5])],
    });
    const points = pictures.flatMap(({ plot }) => plot.series.flatMap((series) => series.points));
    expect(points.every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
    const accuracy = pictures.find(({ name }) => name === 'accuracy')!.plot;
    expect(accuracy.series[0]!.points).toEqual([{ x: 0, y: 0.9 }]);
  });
});
