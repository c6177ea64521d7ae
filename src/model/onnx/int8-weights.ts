/** A matrix in eight bits, each row with a scale of its own: what ONNX calls quantised per channel, symmetrically. */
export interface Int8Matrix {
  /** `[rows, columns]`, −127…127 */
  readonly values: Int8Array;
  /** `[rows]` */
  readonly scales: Float32Array;
}

/**
 * Rounds a matrix to eight bits: a row's largest weight becomes ±127, nought stays nought. Scales for shorter stretches than
 * a row were tried on the default model: they make the file up to an eighth larger, and no clip more is right.
 * @param matrix  `[rows, columns]`
 */
export function toInt8(matrix: ArrayLike<number>, columns: number): Int8Matrix {
  const values = new Int8Array(matrix.length);
  const scales = new Float32Array(matrix.length / columns);
  for (let row = 0, start = 0; row < scales.length; row++, start += columns) {
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(matrix[i]!));
    // A row of noughts has any scale.
    const scale = Math.fround(largest / 127) || 1;
    scales[row] = scale;
    for (let i = start; i < start + columns; i++)
      values[i] = Math.max(-127, Math.min(127, Math.round(matrix[i]! / scale)));
  }
  return { values, scales };
}

/** What the graph makes of it again, `[rows, columns]`, to the bit: one product in float32 for each weight. */
export function fromInt8({ values, scales }: Int8Matrix): Float32Array {
  const columns = values.length / scales.length;
  return Float32Array.from(values, (value, i) => value * scales[Math.floor(i / columns)]!);
}
