import type { LabelledText } from './labelled-texts.ts';
import { Vocabulary } from './vocabulary.ts';

/** Strength of the penalty, in sentences: the loss is the sum over sentences plus half the squared weights times this. */
const PENALTY = 1;
const STEPS = 300;

/** Says how likely it is that a text is favourable. */
export type TextScorer = (text: string) => number;

/**
 * Logistic regression on which words a text has, whatever their order: what a sequence model has to be compared with. With
 * features scaled to length 1, and a penalty on squared weights (as scikit-learn's default), fitted by Nesterov's accelerated
 * gradient descent from zero: the loss is convex, so that where it starts does not matter.
 */
export function fitBagOfWords(texts: readonly LabelledText[]): TextScorer {
  const vocabulary = new Vocabulary(
    texts.map(({ text }) => text),
    1,
  );
  const rows = texts.map(({ text }) => [...new Set(vocabulary.tokens(text))]);
  const weights = new Float64Array(vocabulary.size + 1); // the last one is the bias, which is not penalised
  const ahead = weights.slice();
  const gradient = new Float64Array(weights.length);
  // The logistic loss's curvature is at most 1/4 for each sentence; rows have length 1, and a bias of 1 beside that.
  const rate = 1 / (0.25 * 2 * texts.length + PENALTY);
  const bias = vocabulary.size;
  for (let step = 0; step < STEPS; step++) {
    for (let i = 0; i < gradient.length; i++) gradient[i] = i === bias ? 0 : PENALTY * ahead[i]!;
    rows.forEach((row, index) => {
      const scale = 1 / Math.sqrt(row.length);
      const error = logistic(dot(ahead, row, bias)) - texts[index]!.label;
      for (const token of row) gradient[token] = gradient[token]! + error * scale;
      gradient[bias] = gradient[bias]! + error;
    });
    const momentum = step / (step + 3);
    for (let i = 0; i < weights.length; i++) {
      const next = ahead[i]! - rate * gradient[i]!;
      ahead[i] = next + momentum * (next - weights[i]!);
      weights[i] = next;
    }
  }
  return (text) => logistic(dot(weights, [...new Set(vocabulary.tokens(text))], bias));
}

function dot(weights: Float64Array, row: readonly number[], bias: number): number {
  let sum = 0;
  for (const token of row) sum += weights[token]!;
  return sum / Math.sqrt(row.length) + weights[bias]!;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
