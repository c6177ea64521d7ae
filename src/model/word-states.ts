import { choleskyFactor } from './state-statistics.ts';

/**
 * Where the pooled states of each word lie in windows such as a listener's: the word anywhere in them, in noise, and recognised. Of
 * each word a Gaussian with a mean of its own; the covariance is that of all words, stretched along its axes as this word's
 * states are.
 */
export interface WordStates {
  /** The words; labels of the model. */
  readonly labels: readonly string[];
  /** `[words, H]` */
  readonly means: Float32Array;
  /** `[H, H]`, the lower triangular Cholesky factor `L` of the covariance; zeros above the diagonal */
  readonly covarianceFactor: Float32Array;
  /** `[words, H]`: how far the word's states stray along each axis of `L⁻¹·s`, squared, in what is usual for all words */
  readonly variances: Float32Array;
}

/** Of the mean variance: what is added to every variance, so that a direction nobody measured is not taken for certain. */
const RIDGE = 1e-3;
/** How much of a word's own variances counts, the rest being those of all words, where many examples tell them. */
const OWN_SHARE = 0.7;
/** So many examples tell half of that. */
const FEW_EXAMPLES = 100;

/** Sums from which the statistics of words are made, example by example. */
export class WordStateSums {
  readonly #labels: readonly string[];
  readonly #size: number;
  readonly #counts: number[];
  /** `[words][H]` and `[words][H, H]`, the lower triangle, about `#origins` */
  readonly #sums: Float64Array[];
  readonly #products: Float64Array[];
  /** The first example of each word: sums about it lose nothing to a mean that is far from zero. */
  readonly #origins: (Float64Array | undefined)[];
  readonly #centred: Float64Array;

  constructor(labels: readonly string[], size: number) {
    this.#labels = labels;
    this.#size = size;
    this.#counts = labels.map(() => 0);
    this.#sums = labels.map(() => new Float64Array(size));
    this.#products = labels.map(() => new Float64Array(size * size));
    this.#origins = labels.map(() => undefined);
    this.#centred = new Float64Array(size);
  }

  /** @param state `[H]` */
  add(word: number, state: ArrayLike<number>): void {
    const size = this.#size;
    const origin = (this.#origins[word] ??= Float64Array.from(state));
    const [centred, sums, products] = [this.#centred, this.#sums[word]!, this.#products[word]!];
    this.#counts[word]!++;
    for (let i = 0; i < size; i++) sums[i]! += centred[i] = state[i]! - origin[i]!;
    for (let i = 0, row = 0; i < size; i++, row += size) {
      const value = centred[i]!;
      for (let j = 0; j <= i; j++) products[row + j]! += value * centred[j]!;
    }
  }

  /** The statistics; undefined where no word has two examples. Words with fewer are left out. */
  summarise(): WordStates | undefined {
    const size = this.#size;
    const words = this.#labels.flatMap((_, word) => (this.#counts[word]! > 1 ? [word] : []));
    if (words.length === 0) return undefined;
    const means = words.map((word) =>
      this.#sums[word]!.map((sum, i) => this.#origins[word]![i]! + sum / this.#counts[word]!),
    );
    const covariances = words.map((word) => this.#covarianceOf(word));
    const common = new Float64Array(size * size);
    for (const covariance of covariances)
      for (let i = 0; i < common.length; i++) common[i]! += covariance[i]! / words.length;
    let meanVariance = 0;
    for (let i = 0; i < size; i++) meanVariance += common[i * size + i]! / size;
    const floor = Math.max(1e-8, RIDGE * meanVariance);
    for (let i = 0; i < size; i++) common[i * size + i]! += floor;
    const factor = choleskyFactor(common, size, floor);
    const inverse = inverseOf(factor, size);
    return {
      labels: words.map((word) => this.#labels[word]!),
      means: flat(means, size),
      covarianceFactor: Float32Array.from(factor),
      variances: flat(
        words.map((word, w) => {
          const share = (OWN_SHARE * this.#counts[word]!) / (this.#counts[word]! + FEW_EXAMPLES);
          return whitenedVariances(covariances[w]!, inverse, size).map((own) => 1 - share + share * own);
        }),
        size,
      ),
    };
  }

  /** `[H, H]`, the lower triangle */
  #covarianceOf(word: number): Float64Array {
    const [size, count, sums] = [this.#size, this.#counts[word]!, this.#sums[word]!];
    return this.#products[word]!.map((product, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return column > row ? 0 : product / count - (sums[row]! / count) * (sums[column]! / count);
    });
  }
}

/** `L⁻¹`, lower triangular. */
function inverseOf(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let column = 0; column < size; column++)
    for (let row = column; row < size; row++) {
      let sum = row === column ? 1 : 0;
      for (let k = column; k < row; k++) sum -= factor[row * size + k]! * inverse[k * size + column]!;
      inverse[row * size + column] = sum / factor[row * size + row]!;
    }
  return inverse;
}

/** The diagonal of `L⁻¹·C·L⁻ᵀ`. @param covariance `[H, H]`, the lower triangle */
function whitenedVariances(covariance: Float64Array, inverse: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size }, (_, axis) => {
    let variance = 0;
    for (let i = 0; i <= axis; i++) {
      const a = inverse[axis * size + i]!;
      let row = 0.5 * a * covariance[i * size + i]!;
      for (let j = 0; j < i; j++) row += inverse[axis * size + j]! * covariance[i * size + j]!;
      variance += 2 * a * row;
    }
    return Math.max(0, variance);
  });
}

function flat(rows: readonly Float64Array[], size: number): Float32Array {
  const all = new Float32Array(rows.length * size);
  rows.forEach((row, r) => all.set(row, r * size));
  return all;
}
