import { describe, expect, it } from 'vitest';
import { withClasses } from '../../../src/training/finetune/known-states.ts';
import { randomStates } from '../../model/random-states.ts';

const SIZE = 4;
const known = randomStates(SIZE);
const words = {
  labels: ['yes', 'nö'],
  means: known.means.slice(0, 2 * SIZE),
  covarianceFactor: known.covarianceFactor,
  variances: new Float32Array(2 * SIZE).fill(0.5),
};
const labels = ['yes', 'nö', '_unknown_', 'cat', 'lamp'];
/** Two takes of “lamp”, one of “yes”, one of what is no word. */
const examples = {
  states: Float32Array.of(1, 2, 3, 4, 3, 2, 1, 0, 9, 9, 9, 9, 7, 7, 7, 7),
  classes: Int32Array.of(4, 4, 0, 2),
};
const takeOf = Int32Array.of(0, 1, 2, 3);

describe('the statistics of an adapted model', () => {
  it('have a group for each class of the takes', () => {
    const { groups, means } = withClasses(known, examples, takeOf, labels);
    const lamp = groups.findIndex(({ name }) => name === 'lamp');
    expect(groups[lamp]).toEqual({ name: 'lamp', label: 'lamp', count: 2 });
    expect([...means.subarray(lamp * SIZE, (lamp + 1) * SIZE)]).toEqual([2, 2, 2, 2]);
    expect(groups).toHaveLength(known.groups.length + 3);
  });

  it('let a group go whose word is a label of its own now', () => {
    const cats = { states: examples.states.subarray(0, SIZE), classes: Int32Array.of(3) };
    const { groups } = withClasses(known, cats, Int32Array.of(0), labels);
    expect(groups.filter(({ name }) => name === 'cat')).toEqual([{ name: 'cat', label: 'cat', count: 1 }]);
  });

  it('hold new words among those that are heard live', () => {
    const { words: heard } = withClasses({ ...known, words }, examples, takeOf, labels);
    expect(heard!.labels).toEqual(['yes', 'nö', 'lamp']);
  });

  it('have no words heard live where the model had none', () => {
    expect(withClasses(known, examples, takeOf, labels)).not.toHaveProperty('words');
  });
});
