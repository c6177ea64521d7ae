import type { FloatArray } from '../nn/parameters.ts';

/** The index of the largest of `row`'s classes, `logits[row * classCount …]`. */
export function largestClass(logits: FloatArray, row: number, classCount: number): number {
  const start = row * classCount;
  let best = 0;
  for (let c = 1; c < classCount; c++) if (logits[start + c]! > logits[start + best]!) best = c;
  return best;
}

/** The cross-entropy of one row of logits: ln Σ exp(logits) − logits[truth]. */
export function crossEntropy(logits: FloatArray, row: number, classCount: number, truth: number): number {
  const start = row * classCount;
  const largest = logits[start + largestClass(logits, row, classCount)]!;
  let sum = 0;
  for (let c = 0; c < classCount; c++) sum += Math.exp(logits[start + c]! - largest);
  return Math.log(sum) + largest - logits[start + truth]!;
}

/** Counts of answers by truth. */
export class Confusion {
  readonly labels: readonly string[];
  /** `[truth][answer]` */
  readonly matrix: number[][];

  constructor(labels: readonly string[]) {
    this.labels = labels;
    this.matrix = labels.map(() => labels.map(() => 0));
  }

  add(truth: number, answer: number): void {
    this.matrix[truth]![answer]!++;
  }

  get total(): number {
    return this.matrix.flat().reduce((sum, count) => sum + count, 0);
  }

  get accuracy(): number {
    const correct = this.matrix.reduce((sum, row, truth) => sum + row[truth]!, 0);
    return this.total === 0 ? 0 : correct / this.total;
  }

  /** For each label of which there was a clip. */
  get perLabel(): Record<string, { n: number; correct: number; accuracy: number }> {
    const entries = this.labels.map((label, truth) => {
      const n = this.matrix[truth]!.reduce((sum, count) => sum + count, 0);
      const correct = this.matrix[truth]![truth]!;
      return [label, { n, correct, accuracy: correct / n }] as const;
    });
    return Object.fromEntries(entries.filter(([, { n }]) => n > 0));
  }
}
