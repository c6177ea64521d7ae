import { defaultDecision, NEVER_FIRES, SILENCE_LABEL, UNKNOWN_LABEL } from '../../model/model.ts';

/** A threshold outside is a mistake of few takes: below, half of all else would have to speak against a word. */
const LOWEST = 0.5;
const HIGHEST = 0.95;

/** Posteriors of one label. */
export interface LabelPosteriors {
  /** On takes of the word. */
  readonly own: readonly number[];
  /** On all else: takes of other words, negatives, states of the old words. */
  readonly other: readonly number[];
}

/**
 * The threshold of a new label: halfway between what nearly all else stays below and what nearly all takes of the word
 * reach, within bounds; the usual one where nothing was measured.
 */
export function chooseThreshold(label: string, { own, other }: LabelPosteriors): number {
  if (label === SILENCE_LABEL || label === UNKNOWN_LABEL) return NEVER_FIRES;
  const usual = defaultDecision([label]).thresholds[0]!;
  if (own.length === 0 || other.length === 0) return usual;
  const reached = quantile(own, 0.1);
  const stayedBelow = quantile(other, 0.995);
  const threshold = Math.min(HIGHEST, Math.max(LOWEST, (reached + stayedBelow) / 2));
  return Math.round(threshold * 100) / 100;
}

/** The value below which this share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
