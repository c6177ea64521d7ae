import { whiten } from '../../model/state-statistics.ts';
import type { WordStates } from '../../model/word-states.ts';
import type { StateExamples } from './head.ts';
import { classMeans } from './new-rows.ts';

/** How far a word strays of which there is but one take, squared, in what is usual for the model's own words. */
const STRAYING_OF_ONE_TAKE = 2;

/**
 * The words as they are heard live, and those of the user's takes. The layers were trained on the old words, and bring their
 * many takes together; of a new word they leave the takes further apart. How far tells each take's distance from the others:
 * so much the word is taken to stray.
 *
 * @param takeOf `[examples]`: of which take each is a variation
 */
export function withNewWords(
  { labels: known, means, covarianceFactor, variances }: WordStates,
  examples: StateExamples,
  takeOf: Int32Array,
  labels: readonly string[],
): WordStates {
  const size = means.length / known.length;
  const added = classMeans(examples, labels.length).flatMap((mean, c) =>
    mean && !labels[c]!.startsWith('_') && !known.includes(labels[c]!) ? [{ label: labels[c]!, c, mean }] : [],
  );
  const allMeans = new Float32Array((known.length + added.length) * size);
  const allVariances = new Float32Array(allMeans.length);
  allMeans.set(means);
  allVariances.set(variances);
  added.forEach(({ c, mean }, i) => {
    const at = (known.length + i) * size;
    allMeans.set(mean, at);
    allVariances.fill(strayingOf(c, examples, takeOf, covarianceFactor, size), at, at + size);
  });
  return {
    labels: [...known, ...added.map(({ label }) => label)],
    means: allMeans,
    covarianceFactor,
    variances: allVariances,
  };
}

/** The mean of `d² / H` of the states of each take from the mean of the others'; at least 1, which is usual. */
function strayingOf(
  c: number,
  { states, classes }: StateExamples,
  takeOf: Int32Array,
  factor: Float32Array,
  size: number,
): number {
  const members = [...classes.keys()].filter((example) => classes[example] === c);
  const sums = new Map<number, { readonly sum: Float64Array; count: number }>();
  for (const example of members) {
    const of = sums.get(takeOf[example]!) ?? { sum: new Float64Array(size), count: 0 };
    sums.set(takeOf[example]!, of);
    of.count++;
    for (let j = 0; j < size; j++) of.sum[j]! += states[example * size + j]!;
  }
  if (sums.size < 2) return STRAYING_OF_ONE_TAKE;
  const total = new Float64Array(size);
  for (const { sum } of sums.values()) for (let j = 0; j < size; j++) total[j]! += sum[j]!;
  const [apart, whitened] = [new Float64Array(size), new Float64Array(size)];
  let squared = 0;
  for (const example of members) {
    const { sum, count } = sums.get(takeOf[example]!)!;
    for (let j = 0; j < size; j++)
      apart[j] = states[example * size + j]! - (total[j]! - sum[j]!) / (members.length - count);
    for (const value of whiten(factor, size, apart, whitened)) squared += value ** 2;
  }
  return Math.max(1, squared / (members.length * size));
}
