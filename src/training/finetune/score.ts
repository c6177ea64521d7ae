import { Confusion, crossEntropy, largestClass } from '../metrics.ts';
import type { ValidationScore } from '../validation.ts';

/**
 * What answers are worth.
 * @param logits `[examples, classes]` of `labels`, or of the first of them: the others are never answered
 * @param classes `[examples]`, index into `labels`
 */
export function scoreAnswers(
  logits: Float32Array,
  classes: Int32Array,
  labels: readonly string[],
  classCount = labels.length,
): ValidationScore {
  const confusion = new Confusion(labels);
  let loss = 0;
  classes.forEach((truth, i) => {
    loss += truth < classCount ? crossEntropy(logits, i, classCount, truth) / classes.length : Number.POSITIVE_INFINITY;
    confusion.add(truth, largestClass(logits, i, classCount));
  });
  const perLabel = Object.entries(confusion.perLabel).map(([label, { accuracy }]) => [label, accuracy] as const);
  return { loss, accuracy: confusion.accuracy, clipCount: classes.length, perLabel: Object.fromEntries(perLabel) };
}

/** Whether a score is better than another one: more right, or as much with more certainty. */
export function isBetterScore(score: ValidationScore, than: ValidationScore): boolean {
  return score.accuracy > than.accuracy || (score.accuracy === than.accuracy && score.loss < than.loss);
}
