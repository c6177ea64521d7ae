import type { Model } from '../../model/model.ts';
import { choleskyFactor, type StateGroup, type StateStatistics } from '../../model/state-statistics.ts';
import { tensorValues } from '../../nn/parameters.ts';
import { classMeans } from './new-rows.ts';
import { withNewWords } from './new-word-states.ts';
import type { StateExamples } from './head.ts';

/** Of the mean variance: the least variance in any direction. */
const RIDGE = 1e-2;

/**
 * The statistics of a model that has none, from its head and the user's takes. Where a head tells Gaussians of one
 * covariance apart, its rows are `Σ⁻¹·μ`, but for a common part; so the means are about `Σ·row`, around the mean of what
 * is heard.
 */
export function statisticsFromHead({ shape, labels, parameters }: Model, examples: StateExamples): StateStatistics {
  const H = shape.hiddenSize;
  const centre = classMeans({ ...examples, classes: new Int32Array(examples.classes.length) }, 1)[0]!;
  const covariance = covarianceWithin(examples, H);
  const weights = tensorValues(parameters, 'head.weights');
  const average = Float64Array.from({ length: H }, (_, j) => {
    let sum = 0;
    for (let c = 0; c < shape.classCount; c++) sum += weights[c * H + j]! / shape.classCount;
    return sum;
  });
  const means = new Float32Array(labels.length * H);
  for (let c = 0; c < labels.length; c++)
    for (let i = 0; i < H; i++) {
      let sum = centre[i]!;
      for (let j = 0; j < H; j++) sum += covariance[i * H + j]! * (weights[c * H + j]! - average[j]!);
      means[c * H + i] = sum;
    }
  return {
    groups: labels.map((label) => ({ name: label, label, count: 1 })),
    means,
    covarianceFactor: Float32Array.from(choleskyFactor(covariance, H, 1e-12)),
  };
}

/**
 * The statistics of an adapted model: the old groups, and one for each class of the user's takes. A group of the same
 * name, which the user's takes now speak for, gives way where its label changed.
 *
 * @param takeOf `[examples]`: of which take each is a variation
 */
export function withClasses(
  { groups, means, covarianceFactor, words }: StateStatistics,
  examples: StateExamples,
  takeOf: Int32Array,
  labels: readonly string[],
): StateStatistics {
  const H = means.length / groups.length;
  const added = classMeans(examples, labels.length).flatMap((mean, c) =>
    mean ? [{ mean, group: groupOf(labels[c]!, examples.classes.filter((each) => each === c).length) }] : [],
  );
  const kept = groups.flatMap((group, g) =>
    added.some(({ group: { label } }) => label === group.name && label !== group.label) ? [] : [g],
  );
  const all = new Float32Array((kept.length + added.length) * H);
  kept.forEach((g, at) => all.set(means.subarray(g * H, (g + 1) * H), at * H));
  added.forEach(({ mean }, at) => all.set(mean, (kept.length + at) * H));
  return {
    groups: [...kept.map((g) => groups[g]!), ...added.map(({ group }) => group)],
    means: all,
    covarianceFactor,
    ...(words && { words: withNewWords(words, examples, takeOf, labels) }),
  };
}

function groupOf(label: string, count: number): StateGroup {
  return { name: label, label, count };
}

function covarianceWithin({ states, classes }: StateExamples, H: number): Float64Array {
  const means = classMeans({ states, classes }, Math.max(...classes) + 1);
  const covariance = new Float64Array(H * H);
  const centred = new Float64Array(H);
  classes.forEach((c, example) => {
    for (let j = 0; j < H; j++) centred[j] = states[example * H + j]! - means[c]![j]!;
    for (let i = 0; i < H; i++)
      for (let j = 0; j < H; j++) covariance[i * H + j]! += (centred[i]! * centred[j]!) / classes.length;
  });
  let trace = 0;
  for (let i = 0; i < H; i++) trace += covariance[i * H + i]!;
  for (let i = 0; i < H; i++) covariance[i * H + i]! += Math.max(1e-8, (RIDGE * trace) / H);
  return covariance;
}
