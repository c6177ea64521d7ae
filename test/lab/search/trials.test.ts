import { describe, expect, it } from 'vitest';
import { checkFeatureSettings } from '../../../src/features/settings.ts';
import { trialCost, trialTraining, type TrialValues } from '../../../src/lab/search/parameters.ts';
import { checkSpace, DEFAULT_SPACE, parseDimensions } from '../../../src/lab/search/space.ts';
import {
  bestOf,
  gridTrials,
  halvingRungs,
  oneAtATimeTrials,
  randomTrials,
  ranked,
  trialOf,
} from '../../../src/lab/search/trials.ts';

const finished = (accuracy: number, loss: number) => ({
  outcome: { status: 'finished' as const, accuracy, loss, bestEpoch: 1, bytes: 1, durationMs: 1 },
});
const diverged = { outcome: { status: 'diverged' as const, message: 'no number', durationMs: 1 } };

describe('the trials of a search', () => {
  it('are all combinations in a grid', () => {
    expect(gridTrials(parseDimensions(['hidden=32,64', 'pooling=last,mean']))).toEqual([
      { hidden: 32, pooling: 'last' },
      { hidden: 32, pooling: 'mean' },
      { hidden: 64, pooling: 'last' },
      { hidden: 64, pooling: 'mean' },
    ]);
  });

  it('are the first values, and every other one in its place, where one is changed at a time', () => {
    const space = parseDimensions(['hidden=32', 'dropout=0.1,0,0.3', 'cut-words=yes,no']);
    const base = { hidden: 32, dropout: 0.1, 'cut-words': 'yes' };
    expect(oneAtATimeTrials(space)).toEqual([
      base,
      { ...base, dropout: 0 },
      { ...base, dropout: 0.3 },
      { ...base, 'cut-words': 'no' },
    ]);
  });

  it('leave out what is impossible, and are refused where nothing else is left', () => {
    expect(gridTrials(parseDimensions(['mel-bands=20,40', 'coefficients=13,30']))).toHaveLength(3);
    const never = parseDimensions(['mel-bands=10', 'coefficients=20']);
    expect(() => checkSpace(DEFAULT_SPACE)).not.toThrow();
    expect(() => gridTrials(never)).toThrow(/no possible combination/);
    expect(() => randomTrials(never, 3, 1)).toThrow(/no possible combination/);
  });

  it('are refused in a grid that would never end', () => {
    const space = ['hidden', 'batch'].map((name) => ({ name, from: 1, to: 4096, count: 1000 }));
    expect(() => gridTrials(space)).toThrow(/points; 100,000 are the most/);
  });

  it('are different at random, the same for the same seed, and a longer list begins with a shorter one', () => {
    const trials = randomTrials(DEFAULT_SPACE, 50, 7);
    expect(new Set(trials.map((values) => JSON.stringify(values))).size).toBe(50);
    expect(randomTrials(DEFAULT_SPACE, 20, 7)).toEqual(trials.slice(0, 20));
    expect(randomTrials(DEFAULT_SPACE, 20, 8)).not.toEqual(trials.slice(0, 20));
  });

  it('are all there are where more are asked for', () => {
    expect(randomTrials(parseDimensions(['layers=1,2', 'hop-ms=10,20']), 100, 1)).toHaveLength(4);
  });

  it('are named by their values, epochs and seed, in whatever order the values stand', () => {
    const { id } = trialOf({ hidden: 32, layers: 1 }, 5, 1);
    expect(trialOf({ layers: 1, hidden: 32 }, 5, 1).id).toBe(id);
    expect(trialOf({ hidden: 32, layers: 2 }, 5, 1).id).not.toBe(id);
    expect(trialOf({ hidden: 32, layers: 1 }, 6, 1).id).not.toBe(id);
    expect(trialOf({ hidden: 32, layers: 1 }, 5, 2).id).not.toBe(id);
  });

  it('are halved in rounds that cost about the same, the last of full length', () => {
    expect(halvingRungs(27, 27, 3, 1)).toEqual([
      { count: 27, epochs: 1 },
      { count: 9, epochs: 3 },
      { count: 3, epochs: 9 },
      { count: 1, epochs: 27 },
    ]);
    expect(halvingRungs(20, 20, 3, 2)).toEqual([
      { count: 20, epochs: 2 },
      { count: 6, epochs: 7 },
      { count: 2, epochs: 20 },
    ]);
    expect(halvingRungs(1, 20, 3, 2)).toEqual([{ count: 1, epochs: 20 }]);
    expect(halvingRungs(50, 2, 3, 5)).toEqual([{ count: 50, epochs: 2 }]);
  });

  it('are ranked by accuracy, then loss, with those that diverged last', () => {
    const records = [diverged, finished(0.8, 0.5), finished(0.9, 0.4), finished(0.9, 0.3)];
    expect(ranked(records)).toEqual([records[3], records[2], records[1], records[0]]);
    expect(bestOf([{ ...trialOf({}, 1, 1), ...diverged }])).toBeUndefined();
  });
});

describe('what a trial means to the trainer', () => {
  it('is nothing but what its values name', () => {
    expect(trialTraining({ hidden: 48, dropout: 0.2 })).toEqual({ hidden: 48, tuning: { dropout: 0.2 } });
  });

  it('includes features and augmentation', () => {
    const { tuning } = trialTraining({ 'hop-ms': 16, 'mel-bands': 30, 'lowest-snr-db': -5, 'speed-range': 0.2 });
    expect(tuning.features).toMatchObject({ hopLength: 256, melBands: 30, coefficients: 30, windowFrames: 61 });
    expect(tuning.augment).toMatchObject({ snrDb: [-5, 30], playbackRate: [0.8, 1.2], shiftMs: [-100, 100] });
  });

  it('includes what unknown words are, and how the rest of the sound varies', () => {
    const values = { 'naming-share': 0, 'cut-words': 'no', 'lowest-gain-db': 0, 'dither-share': 0.2 };
    const { tuning } = trialTraining({
      ...values,
      'any-place-share': 1,
      'neighbour-share': 0,
      'noise-speed-factor': 2,
    });
    expect(tuning).toMatchObject({ namingShare: 0, cutWords: false });
    expect(tuning.augment).toMatchObject({ gainDb: [0, 0], ditherProbability: 0.2, anyPlaceProbability: 1 });
    expect(tuning.augment).toMatchObject({ neighbourProbability: 0, noisePlaybackRate: 2 });
  });

  it('never asks for features that cannot be', () => {
    const space = parseDimensions([
      'hop-ms=4..32:9',
      'frame-length=256,512,1024',
      'mel-bands=2..128:5',
      'coefficients=1..40:4',
    ]);
    const trials = gridTrials(space);
    expect(trials.length).toBeGreaterThan(100);
    for (const values of trials)
      expect(() => checkFeatureSettings(trialTraining(values).tuning.features!)).not.toThrow();
  });

  it('costs more with more units, layers, frames and epochs', () => {
    const usual = trialCost({ hidden: 64 }, 10);
    const dearer: TrialValues[] = [{ hidden: 128 }, { hidden: 64, layers: 2 }, { hidden: 64, 'hop-ms': 5 }];
    for (const values of dearer) expect(trialCost(values, 10)).toBeGreaterThan(usual);
    expect(trialCost({ hidden: 64 }, 20)).toBe(2 * usual);
  });
});
