import { SILENCE_LABEL } from '../../model/model.ts';
import type { StateStatistics } from '../../model/state-statistics.ts';
import { createRandom } from '../../random.ts';
import type { StateExamples } from './head.ts';

/**
 * In deviations: real states stray further from their mean than a Gaussian has it, and it is the stray ones that a change
 * could lose. Silence strays less than words.
 */
const WORD_SPREAD = 1.4;
const SILENCE_SPREAD = 0.5;

/**
 * Draws states that stand for what a model knows already, from its statistics: as many of each group.
 * @param classOf  the class of a group by its name and label
 */
export function drawOldStates(
  { groups, means, covarianceFactor }: StateStatistics,
  perGroup: number,
  classOf: (name: string, label: string) => number,
  seed: number,
): StateExamples {
  const size = means.length / groups.length;
  const random = createRandom(seed, 'states of the old words');
  const states = new Float32Array(groups.length * perGroup * size);
  const classes = new Int32Array(groups.length * perGroup);
  const normal = new Float64Array(size);
  groups.forEach(({ name, label }, group) => {
    const spread = label === SILENCE_LABEL ? SILENCE_SPREAD : WORD_SPREAD;
    for (let i = 0; i < perGroup; i++) {
      const example = group * perGroup + i;
      for (let j = 0; j < size; j++) normal[j] = spread * random.normal();
      for (let row = 0; row < size; row++) {
        let sum = means[group * size + row]!;
        for (let column = 0; column <= row; column++) sum += covarianceFactor[row * size + column]! * normal[column]!;
        states[example * size + row] = sum;
      }
      classes[example] = classOf(name, label);
    }
  });
  return { states, classes };
}

/** How far the states of takes not heard yet may lie from those heard, in deviations of the covariance. */
const TAKE_SPREAD = 0.5;

/** The same examples, each state strayed a little in the directions in which voices differ, and words don't. */
export function strayed(
  { states, classes }: StateExamples,
  { covarianceFactor }: StateStatistics,
  seed: number,
): StateExamples {
  const size = states.length / classes.length;
  const random = createRandom(seed, 'straying states');
  const normal = new Float64Array(size);
  const out = new Float32Array(states.length);
  for (let start = 0; start < states.length; start += size) {
    for (let j = 0; j < size; j++) normal[j] = TAKE_SPREAD * random.normal();
    for (let row = 0; row < size; row++) {
      let sum = states[start + row]!;
      for (let column = 0; column <= row; column++) sum += covarianceFactor[row * size + column]! * normal[column]!;
      out[start + row] = sum;
    }
  }
  return { states: out, classes };
}
