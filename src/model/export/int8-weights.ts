/** A matrix in eight bits: every group of `groupLength` neighbours in a row has a scale of its own. */
export interface Int8Matrix {
  /** `[rows, columns]`, −127…127 */
  readonly values: Int8Array;
  /** `[rows, columns / groupLength]` */
  readonly scales: Float32Array;
  readonly groupLength: number;
}

/**
 * The most weights that share a scale: with a scale for each whole row, one large weight would coarsen all of it. Scales
 * then take an eighth of the room of the weights.
 */
const MAX_GROUP_LENGTH = 32;

/**
 * Rounds a matrix to eight bits: a group's largest weight becomes ±127, nought stays nought.
 * @param matrix  `[rows, columns]`
 */
export function toInt8(matrix: ArrayLike<number>, columns: number): Int8Matrix {
  const groupLength = largestDivisor(columns, MAX_GROUP_LENGTH);
  const values = new Int8Array(matrix.length);
  const scales = new Float32Array(matrix.length / groupLength);
  for (let group = 0, start = 0; group < scales.length; group++, start += groupLength) {
    let largest = 0;
    for (let i = start; i < start + groupLength; i++) largest = Math.max(largest, Math.abs(matrix[i]!));
    // A group of noughts has any scale.
    const scale = Math.fround(largest / 127) || 1;
    scales[group] = scale;
    for (let i = start; i < start + groupLength; i++)
      values[i] = Math.max(-127, Math.min(127, Math.round(matrix[i]! / scale)));
  }
  return { values, scales, groupLength };
}

/** What the graph makes of it again, `[rows, columns]`, to the bit: one product in float32 for each weight. */
export function fromInt8({ values, scales, groupLength }: Int8Matrix): Float32Array {
  return Float32Array.from(values, (value, i) => value * scales[Math.floor(i / groupLength)]!);
}

/** The largest number up to `most` by which `number` can be divided; itself where only 1 is left. */
function largestDivisor(number: number, most: number): number {
  for (let divisor = Math.min(number, most); divisor > 1; divisor--) if (number % divisor === 0) return divisor;
  return number;
}
