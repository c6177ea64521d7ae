import { SILENCE_LABEL, UNKNOWN_LABEL } from '../../model/model.ts';
import type { StateStatistics } from '../../model/state-statistics.ts';
import { headLogits, type Head, type StateExamples } from './head.ts';

/** Of all that is remembered as unknown: how much each new word may take. */
const TAKEN_BY_A_WORD = 0.001;
/** In deviations: real states stray further from their mean than a Gaussian has it. */
const SPREAD = 1.4;
/** Of the lead that a quarter of the takes do not have: the border moves no further, whatever the Gaussians say. */
const FARTHEST = 0.5;
const LEAD_QUANTILE = 0.25;
/** So many deviations within a known word's side its states lie from the border to a new one: 0.2 % lie beyond. */
const DEVIATIONS_FROM_WORDS = 2.9;
/** In logits. */
const CLOSE_ENOUGH = 1e-3;

/** What a row's logit has over that of a group's own row: a Gaussian, where the group's states are one. */
interface Margin {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * Moves the border between the new words and what is unknown: shifts all new biases by one amount, so far that the new
 * words take as much as is bearable of what the model remembers as unknown, and no more. (What they take is added up over
 * the words, which counts twice what two of them would take.) So it does not matter how many takes there were: the mean
 * of few lies further out than the word itself, and a border halfway would leave most of the word outside. A new word that
 * would take from a word that was known before is held back further, alone.
 *
 * @param examples  states of the takes
 * @param labels  of the head, `_unknown_` among the known ones; from `knownCount` on they are new
 * @param leftOut  groups that count for a new word
 */
export function setBorder(
  head: Head,
  examples: StateExamples,
  statistics: StateStatistics,
  labels: readonly string[],
  knownCount: number,
  leftOut: ReadonlySet<string>,
): void {
  const added = labels.flatMap((label, c) => (c >= knownCount && isWord(label) ? [c] : []));
  const over = unknownGroups(statistics, leftOut).flatMap((group) =>
    added.map((row) => marginOver(head, statistics, row, group, labels)),
  );
  const bearable = TAKEN_BY_A_WORD * over.length;
  let high = FARTHEST * Math.max(0, lead(head, examples, knownCount));
  let low = -high;
  while (high - low > CLOSE_ENOUGH) {
    const middle = (low + high) / 2;
    if (taken(over, middle) > bearable) low = middle;
    else high = middle;
  }
  for (let c = knownCount; c < head.classCount; c++) head.bias[c]! -= high;
  for (const row of added) spareWords(head, examples, statistics, row, labels, knownCount);
}

/** Lowers the bias of one new word until it takes hardly anything of each word that was known before. */
function spareWords(
  head: Head,
  examples: StateExamples,
  statistics: StateStatistics,
  row: number,
  labels: readonly string[],
  knownCount: number,
): void {
  const known = labels.slice(0, knownCount);
  const shifts = statistics.groups.flatMap(({ label }, group) => {
    if (!isWord(label) || !known.includes(label)) return [];
    const { mean, deviation } = marginOver(head, statistics, row, group, labels);
    return [mean + DEVIATIONS_FROM_WORDS * deviation];
  });
  const most = FARTHEST * Math.max(0, lead(head, examples, knownCount, row));
  head.bias[row]! -= Math.min(most, Math.max(0, ...shifts));
}

/** By how much the new words, or one of them, win most takes from the words known before. */
function lead(head: Head, { states, classes }: StateExamples, knownCount: number, word?: number): number {
  const logits = new Float64Array(head.classCount);
  const leads: number[] = [];
  classes.forEach((truth, i) => {
    if (truth < knownCount || (word !== undefined && truth !== word)) return;
    headLogits(head, states, i, logits);
    leads.push(logits[truth]! - Math.max(...logits.subarray(0, knownCount)));
  });
  return leads.sort((a, b) => a - b)[Math.floor(LEAD_QUANTILE * leads.length)] ?? 0;
}

/** The groups of `_unknown_`. */
function unknownGroups({ groups }: StateStatistics, leftOut: ReadonlySet<string>): number[] {
  return groups.flatMap(({ name, label }, g) => (label === UNKNOWN_LABEL && !leftOut.has(name) ? [g] : []));
}

function isWord(label: string): boolean {
  return label !== UNKNOWN_LABEL && label !== SILENCE_LABEL;
}

/** What remains above 0 of margins that are lowered by `shift`, added up. */
function taken(margins: readonly Margin[], shift: number): number {
  return margins.reduce((sum, { mean, deviation }) => sum + standardNormal((mean - shift) / deviation), 0);
}

function marginOver(
  { stateSize: H, weights, bias }: Head,
  { groups, means, covarianceFactor }: StateStatistics,
  row: number,
  group: number,
  labels: readonly string[],
): Margin {
  const rival = labels.indexOf(groups[group]!.label);
  const difference = Float64Array.from({ length: H }, (_, j) => weights[row * H + j]! - weights[rival * H + j]!);
  let mean = bias[row]! - bias[rival]!;
  let variance = 0;
  for (let column = 0; column < H; column++) {
    mean += difference[column]! * means[group * H + column]!;
    let along = 0;
    for (let i = column; i < H; i++) along += difference[i]! * covarianceFactor[i * H + column]!;
    variance += along * along;
  }
  return { mean, deviation: SPREAD * Math.sqrt(variance) || Number.MIN_VALUE };
}

/**
 * The share of a standard normal distribution below `x`, to within 7.5e-8.
 * @see Abramowitz & Stegun, Handbook of Mathematical Functions, 26.2.17
 */
export function standardNormal(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return x < 0 ? above : 1 - above;
}
