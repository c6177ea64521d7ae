import { UNKNOWN_LABEL } from '../../model/model.ts';
import { choleskyFactor, solveByFactor, type StateStatistics } from '../../model/state-statistics.ts';
import type { Head, StateExamples } from './head.ts';

/** Of the mean variance: added to each variance. */
const RIDGE = 0.1;
/** A row as steep as the Gaussians have it would be surer of itself than the old ones are. */
const STEEPNESS = 0.25;

/** The mean of the states of each class, `[C]` of `[H]`; undefined where it has none. */
export function classMeans({ states, classes }: StateExamples, classCount: number): (Float64Array | undefined)[] {
  const size = states.length / classes.length;
  const counts = new Int32Array(classCount);
  for (const c of classes) counts[c]!++;
  const means = Array.from(counts, (count) => (count > 0 ? new Float64Array(size) : undefined));
  classes.forEach((c, example) => {
    const mean = means[c]!;
    for (let j = 0; j < size; j++) mean[j]! += states[example * size + j]! / counts[c]!;
  });
  return means;
}

/**
 * First rows for new classes, by linear discriminant analysis: a new word against what the model took for `_unknown_`
 * until now, its row being that one's and the direction in which their Gaussians part (Hastie, Tibshirani & Friedman,
 * The Elements of Statistical Learning, eq. 4.10).
 *
 * @param isNew  `[C]`
 */
export function startNewRows(
  head: Head,
  examples: StateExamples,
  statistics: StateStatistics,
  labels: readonly string[],
  isNew: readonly boolean[],
): void {
  const { stateSize: H, weights, bias } = head;
  const factor = ridgedFactor(statistics.covarianceFactor, H);
  const unknown = labels.indexOf(UNKNOWN_LABEL);
  const rival = meanOfGroups(statistics, H, unknown < 0 || isNew[unknown] ? undefined : UNKNOWN_LABEL);
  classMeans(examples, head.classCount).forEach((mean, c) => {
    if (!mean || !isNew[c]) return;
    const direction = solveByFactor(
      factor,
      H,
      mean.map((value, j) => value - rival[j]!),
    );
    let offset = 0;
    for (let j = 0; j < H; j++) {
      const weight = STEEPNESS * direction[j]!;
      weights[c * H + j] = weight + (unknown < 0 ? 0 : weights[unknown * H + j]!);
      offset -= (weight * (mean[j]! + rival[j]!)) / 2;
    }
    bias[c] = offset + (unknown < 0 ? 0 : bias[unknown]!);
  });
}

/** The factor of the covariance with a share of its mean variance added to each variance. */
function ridgedFactor(factor: Float32Array, size: number): Float64Array {
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      for (let k = 0; k <= j; k++) covariance[i * size + j]! += factor[i * size + k]! * factor[j * size + k]!;
  let trace = 0;
  for (let i = 0; i < size; i++) trace += covariance[i * size + i]!;
  for (let i = 0; i < size; i++) covariance[i * size + i]! += (RIDGE * trace) / size;
  return choleskyFactor(covariance, size, 1e-12);
}

/** The mean of the groups of a label, or of all groups. */
function meanOfGroups({ groups, means }: StateStatistics, size: number, label: string | undefined): Float64Array {
  const chosen = groups.flatMap((group, g) => (label === undefined || group.label === label ? [g] : []));
  const mean = new Float64Array(size);
  for (const g of chosen) for (let j = 0; j < size; j++) mean[j]! += means[g * size + j]! / chosen.length;
  return mean;
}
