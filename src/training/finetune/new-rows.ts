import { UNKNOWN_LABEL } from '../../model/model.ts';
import { choleskyFactor, solveByFactor, type StateStatistics } from '../../model/state-statistics.ts';
import type { Head, StateExamples } from './head.ts';

/** Of the mean variance: added to each variance. */
const RIDGE = 0.03;
/** A row as steep as the Gaussians have it would be surer of itself than the old ones are. */
const STEEPNESS = 0.3;
/** So many takes say as much of how one voice says a word again as the model's memory of many voices does. */
const TAKES_LIKE_MEMORY = 150;

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
 * Rows for new classes, by linear discriminant analysis (Hastie, Tibshirani & Friedman, The Elements of Statistical
 * Learning, section 4.3). Together they stand against what the model took for `_unknown_` until now: their rows are that
 * one's and the direction in which the Gaussians of many voices part. Among themselves they are told apart by the
 * covariance of this voice too: of the takes about their means, shrunk towards that of many voices.
 *
 * @param isNew  `[C]`
 * @param takeCount  of the new classes; `examples` are variations of them
 */
export function startNewRows(
  head: Head,
  examples: StateExamples,
  statistics: StateStatistics,
  labels: readonly string[],
  isNew: readonly boolean[],
  takeCount: number,
): void {
  const { stateSize: H, weights, bias } = head;
  const means = classMeans(examples, head.classCount).map((mean, c) => (isNew[c] ? mean : undefined));
  const added = means.filter((mean) => mean !== undefined);
  if (added.length === 0) return;
  const unknown = labels.findIndex((label, c) => label === UNKNOWN_LABEL && !isNew[c]);
  const rival = meanOfGroups(statistics, H, unknown < 0 ? undefined : UNKNOWN_LABEL);
  const centre = rival.map((_, j) => added.reduce((sum, mean) => sum + mean[j]! / added.length, 0));

  const ofMany = covarianceOf(statistics.covarianceFactor, H);
  const share = takeCount / (takeCount + TAKES_LIKE_MEMORY);
  const ofVoice = covarianceAbout(examples, means, H).map((value, i) => share * value + (1 - share) * ofMany[i]!);
  const common = solveByFactor(ridgedFactor(ofMany, H), H, difference(centre, rival));
  const factorOfVoice = ridgedFactor(ofVoice, H);
  means.forEach((mean, c) => {
    if (!mean) return;
    const own = solveByFactor(factorOfVoice, H, difference(mean, centre));
    let offset = 0;
    for (let j = 0; j < H; j++) {
      weights[c * H + j] = STEEPNESS * (common[j]! + own[j]!) + (unknown < 0 ? 0 : weights[unknown * H + j]!);
      offset -= (STEEPNESS * (common[j]! * (centre[j]! + rival[j]!) + own[j]! * (mean[j]! + centre[j]!))) / 2;
    }
    bias[c] = offset + (unknown < 0 ? 0 : bias[unknown]!);
  });
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, j) => value - b[j]!);
}

/** The covariance of examples about the means of their classes, lower triangle; those of classes without one don't count. */
function covarianceAbout(
  { states, classes }: StateExamples,
  means: readonly (Float64Array | undefined)[],
  size: number,
): Float64Array {
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  let count = 0;
  classes.forEach((c, example) => {
    const mean = means[c];
    if (!mean) return;
    count++;
    for (let j = 0; j < size; j++) centred[j] = states[example * size + j]! - mean[j]!;
    for (let i = 0; i < size; i++) for (let j = 0; j <= i; j++) covariance[i * size + j]! += centred[i]! * centred[j]!;
  });
  return covariance.map((sum) => sum / Math.max(1, count));
}

/** The covariance of a factor, lower triangle. */
function covarianceOf(factor: Float32Array, size: number): Float64Array {
  const covariance = new Float64Array(size * size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j <= i; j++)
      for (let k = 0; k <= j; k++) covariance[i * size + j]! += factor[i * size + k]! * factor[j * size + k]!;
  return covariance;
}

/** The factor of a covariance with a share of its mean variance added to each variance. */
function ridgedFactor(covariance: Float64Array, size: number): Float64Array {
  const ridged = Float64Array.from(covariance);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += covariance[i * size + i]!;
  for (let i = 0; i < size; i++) ridged[i * size + i]! += (RIDGE * trace) / size;
  return choleskyFactor(ridged, size, 1e-12);
}

/** The mean of the groups of a label, or of all groups. */
function meanOfGroups({ groups, means }: StateStatistics, size: number, label: string | undefined): Float64Array {
  const chosen = groups.flatMap((group, g) => (label === undefined || group.label === label ? [g] : []));
  const mean = new Float64Array(size);
  for (const g of chosen) for (let j = 0; j < size; j++) mean[j]! += means[g * size + j]! / chosen.length;
  return mean;
}
