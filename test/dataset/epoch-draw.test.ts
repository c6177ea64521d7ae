import { describe, expect, it } from 'vitest';
import { drawEpoch, drawEvenly, MADE_SILENCE, takeEvenly, type LabelClips } from '../../src/dataset/epoch-draw.ts';
import { createRandom } from '../../src/random.ts';

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const labels: LabelClips[] = [
  { groups: [range(0, 50)], count: 27 }, // a frequent word
  { groups: [range(50, 4)], count: 27 }, // a scarce one
  { groups: [[MADE_SILENCE]], count: 13 },
  { groups: [range(60, 90), range(150, 5), range(160, 10)], count: 27 }, // three unknown words
];
const countOf = (values: Iterable<number>): Map<number, number> => {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
};

describe('drawing an epoch', () => {
  const draw = drawEpoch(labels, 7, 1);
  const clipsOf = (label: number): number[] => [...draw.clips].filter((_, i) => draw.classes[i] === label);

  it('draws every label as often as it should', () => {
    expect([0, 1, 2, 3].map((label) => clipsOf(label).length)).toEqual([27, 27, 13, 27]);
  });

  it('draws a clip again only when all clips of its word were drawn', () => {
    expect(Math.max(...countOf(clipsOf(0)).values())).toBe(1);
    const scarce = countOf(clipsOf(1));
    expect(scarce.size).toBe(4);
    for (const times of scarce.values()) expect([6, 7]).toContain(times);
  });

  it('draws the words of _unknown_ evenly, not their clips', () => {
    const unknown = clipsOf(3);
    const words = [
      unknown.filter((clip) => clip < 150),
      unknown.filter((clip) => clip >= 150 && clip < 160),
      unknown.filter((clip) => clip >= 160),
    ];
    expect(words.map(({ length }) => length)).toEqual([9, 9, 9]);
  });

  it('repeats with the seed, and differs from epoch to epoch', () => {
    expect(drawEpoch(labels, 7, 1)).toEqual(draw);
    expect(drawEpoch(labels, 7, 2).clips).not.toEqual(draw.clips);
    expect(drawEpoch(labels, 8, 1).clips).not.toEqual(draw.clips);
  });

  it('mixes the labels', () => {
    expect(new Set(draw.classes.slice(0, 27)).size).toBe(4);
  });

  it('gives what is left over to some groups, one each', () => {
    const drawn = drawEvenly([range(0, 9), range(10, 9), range(20, 9)], 8, createRandom(1));
    expect([...countOf(drawn.map((clip) => Math.floor(clip / 10))).values()].sort()).toEqual([2, 3, 3]);
  });
});

describe('taking evenly', () => {
  it('takes no item twice, and more from the large groups only when the small ones are exhausted', () => {
    const taken = takeEvenly([range(0, 2), range(10, 50), range(100, 50)], 20, createRandom(3));
    expect(new Set(taken).size).toBe(20);
    expect(taken.filter((item) => item < 10)).toHaveLength(2);
    expect(taken.filter((item) => item >= 10 && item < 100)).toHaveLength(9);
  });

  it('takes all where fewer are there than asked for', () => {
    expect(takeEvenly([range(0, 2), range(5, 1)], 10, createRandom(3)).sort()).toEqual([0, 1, 5]);
  });
});
