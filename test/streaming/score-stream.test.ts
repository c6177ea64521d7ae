import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchDetections, scoreStreams, type StreamDetection } from '../../src/streaming/score-stream.ts';
import type { TruthWord } from '../../src/streaming/stream-truth.ts';

const said = (...words: [number, string][]): TruthWord[] =>
  words.map(([timeMs, label], index) => ({ timeMs, label, line: index + 1 }));
const heard = (...words: [number, string][]): StreamDetection[] => words.map(([timeMs, label]) => ({ timeMs, label }));

const score = (truth: TruthWord[], detections: StreamDetection[], durationMs = 3_600_000) =>
  scoreStreams([{ durationMs, truth, detections }], ['yes', 'no']);

describe('scoreStreams', () => {
  it('takes a detection from 300 ms before a word to 1,200 ms after it for its own', () => {
    for (const [timeMs, belongs] of [
      [4699, false],
      [4700, true],
      [6200, true],
      [6201, false],
    ] as const) {
      const result = score(said([5000, 'yes']), heard([timeMs, 'yes']));
      expect([result.detectionRate, result.falseAcceptsPerHour]).toEqual(belongs ? [1, 0] : [0, 1]);
    }
  });

  it('counts rates, latencies and labels', () => {
    const truth = said([1000, 'yes'], [10_000, 'yes'], [20_000, 'no'], [30_000, 'no']);
    const detections = heard([1300, 'yes'], [10_500, 'no'], [20_700, 'no'], [50_000, 'yes']);
    expect(score(truth, detections, 1_800_000)).toEqual({
      hours: 0.5,
      words: 4,
      detectionRate: 0.5,
      wrongRate: 0.25,
      otherWords: 0,
      otherWordsFired: null,
      falseAcceptsPerHour: 2,
      doubleFires: 0,
      medianLatencyMs: 300,
      p95LatencyMs: 700,
      perLabel: {
        yes: { n: 2, detected: 1, wrong: 1, falseAccepts: 1 },
        no: { n: 2, detected: 1, wrong: 0, falseAccepts: 0 },
      },
    });
  });

  it('counts a second detection of a word as a double fire and a false accept', () => {
    const result = score(said([1000, 'yes']), heard([1200, 'yes'], [2000, 'yes']));
    expect(result).toMatchObject({ detectionRate: 1, doubleFires: 1, falseAcceptsPerHour: 1 });
  });

  it('lets the first detection answer a word, even wrongly', () => {
    const result = score(said([1000, 'yes']), heard([1200, 'no'], [2000, 'yes']));
    expect(result).toMatchObject({ detectionRate: 0, wrongRate: 1, doubleFires: 1 });
  });

  it('gives a detection between two words to the one it names', () => {
    const truth = said([1000, 'yes'], [2100, 'no']);
    expect(score(truth, heard([1900, 'yes'], [2200, 'no']))).toMatchObject({ detectionRate: 1, wrongRate: 0 });
    expect(score(truth, heard([1900, 'no'], [2200, 'yes']))).toMatchObject({ detectionRate: 1, wrongRate: 0 });
  });

  it('counts words that the model cannot hear apart, and what they set off as false accepts too', () => {
    const result = score(said([1000, 'cat'], [5000, 'cat'], [9000, 'yes']), heard([1300, 'yes'], [9300, 'yes']));
    expect(result).toMatchObject({
      words: 1,
      detectionRate: 1,
      otherWords: 2,
      otherWordsFired: 0.5,
      falseAcceptsPerHour: 1,
      doubleFires: 0,
    });
  });

  it('takes every detection for a false accept where nothing is said', () => {
    expect(score([], heard([1, 'yes'], [2000, 'no']), 7_200_000)).toMatchObject({
      detectionRate: null,
      wrongRate: null,
      medianLatencyMs: null,
      falseAcceptsPerHour: 1,
    });
  });

  it('takes streams together, word by word and hour by hour', () => {
    const stream = {
      durationMs: 1_800_000,
      truth: said([1000, 'yes']),
      detections: heard([1300, 'yes'], [9000, 'no']),
    };
    const silent = { durationMs: 1_800_000, truth: said([1000, 'yes']), detections: [] };
    expect(scoreStreams([stream, silent], ['yes', 'no'])).toMatchObject({
      hours: 1,
      words: 2,
      detectionRate: 0.5,
      falseAcceptsPerHour: 1,
    });
  });
});

describe('matchDetections', () => {
  it('gives every detection at most one word and every word at most one first detection, within its time', () => {
    const time = fc.integer({ min: 0, max: 20_000 });
    const label = fc.constantFrom('yes', 'no', 'cat');
    const words = fc.array(fc.tuple(time, label), { maxLength: 25 });
    const sorted = (rows: [number, string][]) => [...rows].sort((a, b) => a[0] - b[0]);
    fc.assert(
      fc.property(words, words, (truthRows, heardRows) => {
        const truth = said(...sorted(truthRows));
        const detections = heard(...sorted(heardRows));
        const matches = matchDetections({ truth, detections });
        expect(matches.map(({ detection }) => detection)).toEqual(detections);
        const first = matches.filter(({ word, again }) => word && !again).map(({ word }) => word);
        expect(new Set(first).size).toBe(first.length);
        const answered = new Set<TruthWord>();
        for (const { detection, word, again } of matches) {
          const near = truth.filter(
            ({ timeMs }) => detection.timeMs >= timeMs - 300 && detection.timeMs <= timeMs + 1200,
          );
          if (word) expect(near).toContain(word);
          else expect(near).toEqual([]);
          expect(again).toBe(near.length > 0 && near.every((each) => answered.has(each)));
          if (word) answered.add(word);
        }
      }),
      { seed: 1 },
    );
  });
});
