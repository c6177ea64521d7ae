import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import { parseRecipe } from '../../../src/model/import/recipe.ts';

describe('a recipe for an import', () => {
  it('gives labels, features and normaliser, and passes over the rest', () => {
    const text = JSON.stringify({
      labels: ['a', 'b'],
      features: { kind: 'mfcc', hopLength: 320 },
      normaliser: { mean: [1, 2], deviation: [3, 4] },
      training: { epochs: 3 },
    });
    expect(parseRecipe(text, 'recipe.json')).toEqual({
      labels: ['a', 'b'],
      features: { kind: 'mfcc', hopLength: 320 },
      mean: [1, 2],
      deviation: [3, 4],
    });
  });

  it('may leave everything out', () => {
    expect(parseRecipe('{}', 'recipe.json')).toEqual({});
  });

  it.each([
    ['not JSON', '{labels', /not JSON/],
    ['a list', '[]', /it is not as it should be/],
    ['labels that are numbers', '{"labels":[1]}', /labels\.0 /],
    ['a normaliser without deviations', '{"normaliser":{"mean":[1]}}', /normaliser\.deviation /],
    ['another kind of features', '{"features":{"kind":"plp"}}', /features\.kind /],
    ['endless text', `"${'a'.repeat(1_000_000)}"`, /too long/],
  ])('is refused in one sentence where it is %s', (_, text, why) => {
    expect(() => parseRecipe(text, '/some/recipe.json')).toThrow(why);
    expect(() => parseRecipe(text, '/some/recipe.json')).toThrow(
      /^recipe\.json is no recipe .+ Nothing was imported\.$/,
    );
  });

  it('fails with nothing but a HeedError, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        try {
          parseRecipe(text, 'recipe.json');
        } catch (error) {
          expect(error).toBeInstanceOf(HeedError);
        }
      }),
      { seed: 20261123, numRuns: 300 },
    );
  });
});
