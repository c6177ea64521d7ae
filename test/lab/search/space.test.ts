import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { HeedError } from '../../../src/errors.ts';
import { createRandom } from '../../../src/random.ts';
import { SEARCH_PARAMETERS } from '../../../src/lab/search/parameters.ts';
import {
  checkSpace,
  DEFAULT_SPACE,
  drawValues,
  gridValues,
  parseDimensions,
  parseSpace,
} from '../../../src/lab/search/space.ts';

function problemOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(HeedError);
    expect((error as HeedError).code).toBe('usage');
    return (error as HeedError).message;
  }
  return 'nothing was refused';
}

describe('a search space', () => {
  it('reads lists, ranges and ranges with points', () => {
    expect(parseDimensions(['hidden=32,64', 'dropout=0..0.3', 'learning-rate=1e-3..0.02:5', 'pooling=mean'])).toEqual([
      { name: 'hidden', values: [32, 64] },
      { name: 'dropout', from: 0, to: 0.3, count: 3 },
      { name: 'learning-rate', from: 0.001, to: 0.02, count: 5 },
      { name: 'pooling', values: ['mean'] },
    ]);
    expect(parseSpace('{"hidden": [32], "dropout": {"from": 0, "to": 0.5}}', 'space.json')).toEqual([
      { name: 'hidden', values: [32] },
      { name: 'dropout', from: 0, to: 0.5, count: 3 },
    ]);
  });

  it.each([
    ['colour=red', /knows no “colour”; known are hidden, layers/],
    ['hidden=', /hidden has no values/],
    ['hidden=64..32', /the range of hidden is empty: 64 lies above 32/],
    ['hidden=32,64.5', /hidden must be a whole number from 1 to 4096, not 64.5/],
    ['dropout=0..2', /dropout must be a number from 0 to 0.9, not 2/],
    ['pooling=max', /pooling can be last or mean or attention or multi-head, not “max”/],
    ['pooling=0..1', /pooling has no range/],
    ['hidden=32..64:0', /from 1 to 1000 points/],
    ['hidden=a..b', /from a number to a number, not “a”/],
    ['hidden', /is no dimension/],
    ['=1', /is no dimension/],
  ])('refuses %s in one sentence', (text, sentence) => {
    expect(problemOf(() => parseDimensions([text]))).toMatch(sentence);
  });

  it('refuses what names nothing, or something twice', () => {
    expect(problemOf(() => checkSpace([]))).toMatch(/nothing to search over/);
    expect(problemOf(() => parseDimensions(['hidden=32', 'hidden=64']))).toMatch(/hidden is named twice/);
  });

  it.each([
    ['[1]', /must be an object/],
    ['{"hidden": 3}', /hidden must be a list of values, or a range/],
    ['{"hidden": []}', /hidden has no values/],
    ['{"hidden": {"from": 1, "until": 3}}', /not “until”/],
    ['{"hidden": {"from": 1}}', /not nothing/],
    ['{"dropout": [null]}', /not null/],
    ['{"hidden": [32', /space.json is no JSON/],
  ])('refuses the file %s in one sentence', (text, sentence) => {
    expect(problemOf(() => parseSpace(text, 'space.json'))).toMatch(sentence);
  });

  it('says what is wrong with any text, and never anything else', () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.array(fc.double()));
    const range = fc.record({ from: value, to: value, count: value }, { requiredKeys: [] });
    const name = fc.oneof(fc.constantFrom(...Object.keys(SEARCH_PARAMETERS), '__proto__', 'toString'), fc.string());
    fc.assert(
      fc.property(fc.dictionary(name, fc.oneof(value, range)), fc.array(fc.string()), (json, texts) => {
        for (const read of [() => parseSpace(JSON.stringify(json), 'x'), () => parseDimensions(texts)])
          try {
            for (const dimension of read()) expect(gridValues(dimension).length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(HeedError);
          }
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

describe('values of a space', () => {
  it('lie on a grid that is even on the scale of the parameter', () => {
    expect(gridValues({ name: 'learning-rate', from: 0.001, to: 0.1, count: 3 })).toEqual([0.001, 0.01, 0.1]);
    expect(gridValues({ name: 'dropout', from: 0, to: 0.4, count: 3 })).toEqual([0, 0.2, 0.4]);
    expect(gridValues({ name: 'layers', from: 1, to: 2, count: 5 })).toEqual([1, 2]);
    expect(gridValues({ name: 'hidden', from: 64, to: 64, count: 3 })).toEqual([64]);
  });

  it('are drawn within their range, whole where they must be, every one of them', () => {
    const random = createRandom(1);
    const drawn = Array.from({ length: 400 }, () =>
      drawValues([...DEFAULT_SPACE.slice(2), ...parseDimensions(['layers=1..3'])], random),
    );
    expect(new Set(drawn.map(({ layers }) => layers))).toEqual(new Set([1, 2, 3]));
    const rates = drawn.map((values) => values['learning-rate'] as number);
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(0.001);
    expect(Math.max(...rates)).toBeLessThanOrEqual(0.02);
    // Even on the logarithmic scale: half of them below the geometric mean.
    const below = rates.filter((rate) => rate < Math.sqrt(0.001 * 0.02)).length;
    expect(below).toBeGreaterThan(160);
    expect(below).toBeLessThan(240);
  });
});
