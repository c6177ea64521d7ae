import { createRandom } from '../../random.ts';

/** The dense head by itself: logits = weights · state + bias. Axes: C classes, H numbers in a state, N examples. */
export interface Head {
  readonly classCount: number;
  readonly stateSize: number;
  /** `[C, H]` */
  readonly weights: Float64Array;
  /** `[C]` */
  readonly bias: Float64Array;
}

/** States with the classes they should be taken for. */
export interface StateExamples {
  /** `[N, H]` */
  readonly states: Float32Array;
  /** `[N]` */
  readonly classes: Int32Array;
}

export interface HeadFit {
  /** `[C]`: the rows that may change. */
  readonly trainable: readonly boolean[];
  readonly epochs: number;
  /** The highest rate; it falls as a cosine to nothing. */
  readonly learningRate: number;
  readonly seed: number;
  /** Ends the fit early; asked after every epoch. */
  readonly enough?: (head: Head) => boolean;
}

const BATCH_SIZE = 64;
/** Gradients of logits below this move nothing, and most are: the sums over H are spared. */
const NEGLIGIBLE = 1e-4;
const BETA1 = 0.9;
const BETA2 = 0.999;

/** The logits of one state, into `out` `[C]`. */
export function headLogits(head: Head, states: Float32Array, example: number, out: Float64Array): void {
  for (let c = 0; c < head.classCount; c++) out[c] = rowLogit(head, c, states, example);
}

/** Four sums side by side: one alone waits for each addition before the next. */
function rowLogit({ stateSize, weights, bias }: Head, row: number, states: Float32Array, example: number): number {
  const w = row * stateSize;
  const x = example * stateSize;
  const even = stateSize - (stateSize % 4);
  let [a, b, c, d] = [bias[row]!, 0, 0, 0];
  for (let j = 0; j < even; j += 4) {
    a += weights[w + j]! * states[x + j]!;
    b += weights[w + j + 1]! * states[x + j + 1]!;
    c += weights[w + j + 2]! * states[x + j + 2]!;
    d += weights[w + j + 3]! * states[x + j + 3]!;
  }
  for (let j = even; j < stateSize; j++) a += weights[w + j]! * states[x + j]!;
  return a + b + (c + d);
}

/**
 * Softmax regression of the head, in place: cross-entropy over all classes, of which some rows change and the others
 * stand as rivals. Minibatches and Adam, as the whole network is trained.
 */
export function fitHead(head: Head, { states, classes }: StateExamples, fit: HeadFit): void {
  const { classCount: C, stateSize: H, weights, bias } = head;
  const rows = fit.trainable.flatMap((trainable, c) => (trainable ? [c] : []));
  const gradient = new Float64Array(C * (H + 1));
  const first = new Float64Array(gradient.length);
  const second = new Float64Array(gradient.length);
  const rivals = logSums(head, states, fit.trainable);
  const logits = new Float64Array(C);
  const order = Array.from(classes, (_, i) => i);
  const random = createRandom(fit.seed, 'fit of the head');
  const stepCount = fit.epochs * Math.ceil(order.length / BATCH_SIZE);
  let step = 0;
  for (let epoch = 0; epoch < fit.epochs; epoch++) {
    random.shuffle(order);
    for (let start = 0; start < order.length; start += BATCH_SIZE) {
      const batch = order.slice(start, start + BATCH_SIZE);
      gradient.fill(0);
      for (const example of batch) {
        let largest = rivals[example]!;
        for (const c of rows) largest = Math.max(largest, (logits[c] = rowLogit(head, c, states, example)));
        let sum = Math.exp(rivals[example]! - largest);
        for (const c of rows) sum += logits[c] = Math.exp(logits[c]! - largest);
        for (const c of rows) {
          const dLogit = logits[c]! / sum - (c === classes[example] ? 1 : 0);
          if (Math.abs(dLogit) < NEGLIGIBLE) continue;
          const row = c * (H + 1);
          for (let j = 0; j < H; j++) gradient[row + j]! += dLogit * states[example * H + j]!;
          gradient[row + H]! += dLogit;
        }
      }
      step++;
      const rate = (fit.learningRate / 2) * (1 + Math.cos((Math.PI * step) / stepCount));
      const correction1 = 1 - BETA1 ** step;
      const correction2 = 1 - BETA2 ** step;
      for (const c of rows)
        for (let j = 0; j <= H; j++) {
          const i = c * (H + 1) + j;
          const g = gradient[i]! / batch.length;
          first[i] = BETA1 * first[i]! + (1 - BETA1) * g;
          second[i] = BETA2 * second[i]! + (1 - BETA2) * g * g;
          const change = (rate * (first[i] / correction1)) / (Math.sqrt(second[i] / correction2) + 1e-8);
          if (j < H) weights[c * H + j]! -= change;
          else bias[c]! -= change;
        }
    }
    if (fit.enough?.(head)) return;
  }
}

/** `[N]`: the logarithm of the sum of what the rows that stay add to each example's softmax, −∞ where all change. */
function logSums(head: Head, states: Float32Array, trainable: readonly boolean[]): Float64Array {
  const fixed = trainable.flatMap((changes, c) => (changes ? [] : [c]));
  return Float64Array.from({ length: states.length / head.stateSize }, (_, example) => {
    const logits = fixed.map((c) => rowLogit(head, c, states, example));
    const largest = Math.max(...logits);
    return fixed.length === 0
      ? largest
      : largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0));
  });
}
