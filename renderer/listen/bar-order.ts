import { SILENCE, UNKNOWN } from '../strings.ts';

/** A label with its place in the model's posteriors. */
export interface Bar {
  readonly label: string;
  readonly index: number;
  /** Not silence and not "other": it can be heard, and has a threshold. */
  readonly isWord: boolean;
}

/** The bars in the order in which they stand: the words as the model has them, then what is no word. */
export function barOrder(labels: readonly string[]): Bar[] {
  const bars = labels.map((label, index) => ({ label, index, isWord: label !== SILENCE && label !== UNKNOWN }));
  return [...bars.filter((bar) => bar.isWord), ...bars.filter((bar) => !bar.isWord)];
}
