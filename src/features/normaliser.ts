import { HeedError } from '../errors.ts';

/** Mean and standard deviation of each coefficient over the training set, `[coefficients]` each; (x − mean) / deviation. */
export interface Normaliser {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Whether two normalise every coefficient alike, to the last bit. */
export function sameNormaliser(a: Normaliser, b: Normaliser): boolean {
  const same = (x: Float32Array, y: Float32Array): boolean =>
    x.length === y.length && x.every((value, i) => value === y[i]);
  return same(a.mean, b.mean) && same(a.deviation, b.deviation);
}

/**
 * No deviation is smaller than this: a coefficient that hardly moved in training (digital silence, too few clips) must
 * not be blown up into noise when it moves later. Real speech has deviations from about 1 upwards.
 */
export const MIN_DEVIATION = 0.01;

/**
 * Mean and population standard deviation of every coefficient over all given frames, in one pass and in float64.
 *
 * @param clips  any number of `[frames, coefficients]` arrays, such as {@link FeatureFrames.values}
 * @param coefficients  numbers per frame
 * @throws {HeedError} `shape-mismatch` where a clip is not a whole number of frames; `sound-invalid` where a value is
 *   not finite; `dataset` where there is no frame at all
 * @see Welford 1962, "Note on a method for calculating corrected sums of squares and products"
 */
export function computeNormaliser(clips: Iterable<Float32Array>, coefficients: number): Normaliser {
  const mean = new Float64Array(coefficients);
  const squares = new Float64Array(coefficients);
  let count = 0;
  for (const values of clips) {
    checkFrames(values, coefficients);
    for (let start = 0; start < values.length; start += coefficients) {
      count++;
      for (let k = 0; k < coefficients; k++) {
        const value = values[start + k]!;
        const delta = value - mean[k]!;
        mean[k]! += delta / count;
        squares[k]! += delta * (value - mean[k]!);
      }
    }
  }
  if (count === 0)
    throw new HeedError('dataset', 'There is no sound to compute a normaliser from: no frame was given.');
  if (squares.some((square) => !Number.isFinite(square)))
    throw new HeedError(
      'sound-invalid',
      'A feature frame holds a value that is not finite, so nothing was normalised.',
    );
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(squares, (square) => Math.max(MIN_DEVIATION, Math.sqrt(square / count))),
  };
}

/**
 * (x − mean) / deviation for every value of `[frames, coefficients]`.
 *
 * @param out  where to write, of the same length; may be `values` itself; a new array when left out
 * @returns `out`
 * @throws {HeedError} `shape-mismatch` where the lengths disagree
 */
export function normaliseFrames(
  values: Float32Array,
  normaliser: Normaliser,
  out: Float32Array = new Float32Array(values.length),
): Float32Array {
  const { mean, deviation } = normaliser;
  const coefficients = mean.length;
  if (deviation.length !== coefficients || out.length !== values.length)
    throw new HeedError(
      'shape-mismatch',
      `A normaliser's mean (${coefficients}) and deviation (${deviation.length}), and the frames (${values.length}) and their output (${out.length}), must have the same length.`,
    );
  checkFrames(values, coefficients);
  for (let start = 0; start < values.length; start += coefficients)
    for (let k = 0; k < coefficients; k++) out[start + k] = (values[start + k]! - mean[k]!) / deviation[k]!;
  return out;
}

function checkFrames(values: Float32Array, coefficients: number): void {
  if (!Number.isInteger(coefficients) || coefficients < 1 || values.length % coefficients !== 0)
    throw new HeedError(
      'shape-mismatch',
      `${values.length} numbers are not a whole number of frames of ${coefficients} coefficients.`,
    );
}
