/**
 * The one matrix product that the network is made of, in double precision.
 *
 * Numbers in JavaScript are doubles, so float64 buffers spare a conversion per load and are the fastest there are; what
 * is kept in float32 (parameters, features, logits) is converted where it enters and leaves.
 */

/** A rectangle inside a longer vector: element (m, n) is `values[start + m·rowStride + n]`. */
export interface Matrix {
  readonly values: Float64Array;
  readonly start: number;
  readonly rowStride: number;
  readonly columns: number;
}

/** A matrix of zeros, `[rows, columns]`. */
export function createMatrix(rows: number, columns: number): Matrix {
  return { values: new Float64Array(rows * columns), start: 0, rowStride: columns, columns };
}

/** Columns `from` to `from + columns` of a matrix, as a view. */
export function columnsOf(matrix: Matrix, from: number, columns: number): Matrix {
  return { values: matrix.values, start: matrix.start + from, rowStride: matrix.rowStride, columns };
}

/** The rows of a matrix from the given one on, as a view. */
export function rowsFrom(matrix: Matrix, row: number): Matrix {
  return { ...matrix, start: matrix.start + row * matrix.rowStride };
}

/** Writes the transpose of the first `rows` rows of `matrix`: `out[n, m] = matrix[m, n]`. */
export function transpose(out: Matrix, matrix: Matrix, rows: number): void {
  for (let m = 0; m < rows; m++) {
    const from = matrix.start + m * matrix.rowStride;
    for (let n = 0; n < matrix.columns; n++) out.values[out.start + n * out.rowStride + m] = matrix.values[from + n]!;
  }
}

/** Sets the first `rows` rows of a matrix that has no gaps between its rows to zero. */
export function clearRows(matrix: Matrix, rows: number): void {
  matrix.values.fill(0, matrix.start, matrix.start + rows * matrix.rowStride);
}

/** Sets `rows` rows of `out`, from `outRow` on, to `row [columns]`. */
export function fillRows(out: Matrix, outRow: number, row: Float64Array, rows: number): void {
  for (let m = 0; m < rows; m++) out.values.set(row, out.start + (outRow + m) * out.rowStride);
}

/** `out = a ⊙ b` over the first `rows` rows; `out` may be one of them. */
export function multiplyElements(out: Matrix, a: Matrix, b: Matrix, rows: number): void {
  for (let m = 0; m < rows; m++) {
    const o = out.start + m * out.rowStride;
    const p = a.start + m * a.rowStride;
    const q = b.start + m * b.rowStride;
    for (let n = 0; n < out.columns; n++) out.values[o + n] = a.values[p + n]! * b.values[q + n]!;
  }
}

/** Adds the first `rows` rows of `matrix` to `sum [columns]`. */
export function addRowSum(sum: Float64Array, matrix: Matrix, rows: number): void {
  const { values, columns } = matrix;
  for (let m = 0; m < rows; m++) {
    const from = matrix.start + m * matrix.rowStride;
    for (let n = 0; n < columns; n++) sum[n] = sum[n]! + values[from + n]!;
  }
}

/**
 * `out[outRow + m, n] += Σ_k a[aRow + m, k] · b[k, n]` for m < rows and k < a.columns.
 *
 * A row of the result does not depend, to the last bit, on how many rows are computed with it: a batch, a single
 * sequence and a live stream agree exactly.
 */
export function addProduct(out: Matrix, outRow: number, a: Matrix, aRow: number, b: Matrix, rows: number): void {
  const outStart = out.start + outRow * out.rowStride;
  const aStart = a.start + aRow * a.rowStride;
  accumulate(out, outStart, a.values, aStart, a.rowStride, 1, b, b.start, rows, a.columns);
}

/** `out[m, n] += Σ_k a[aRow + k, m] · b[bRow + k, n]` for k < rows: the shape of a weight gradient. */
export function addTransposedProduct(
  out: Matrix,
  a: Matrix,
  aRow: number,
  b: Matrix,
  bRow: number,
  rows: number,
): void {
  const aStart = a.start + aRow * a.rowStride;
  const bStart = b.start + bRow * b.rowStride;
  accumulate(out, out.start, a.values, aStart, 1, a.rowStride, b, bStart, a.columns, rows);
}

/** Terms added to a row of the result at once; enough to hide the load and the store of the sum. */
const TERMS = 8;
/** Rows of the result that share what is loaded of b. */
const ROWS = 4;
/** Rows of b worked through before the next rows of the result, so that they stay in the second-level cache. */
const PANEL = 128;

/** out += a·b, where a's element (m, k) is `a[aStart + m·aRowStep + k·aTermStep]`. */
function accumulate(
  out: Matrix,
  outStart: number,
  a: Float64Array,
  aStart: number,
  aRowStep: number,
  aTermStep: number,
  b: Matrix,
  bStart: number,
  rowCount: number,
  termCount: number,
): void {
  const outValues = out.values;
  const outStep = out.rowStride;
  const bValues = b.values;
  const bStep = b.rowStride;
  const columns = b.columns;
  for (let panel = 0; panel < termCount; panel += PANEL) {
    const panelEnd = Math.min(panel + PANEL, termCount);
    const eights = panelEnd - ((panelEnd - panel) % TERMS);
    let m = 0;
    for (; m + ROWS <= rowCount; m += ROWS)
      for (let k = panel; k < eights; k += TERMS) {
        const aFrom = aStart + m * aRowStep + k * aTermStep;
        const bFrom = bStart + k * bStep;
        addFourRows(
          outValues,
          outStart + m * outStep,
          outStep,
          a,
          aFrom,
          aRowStep,
          aTermStep,
          bValues,
          bFrom,
          bStep,
          columns,
        );
      }
    for (; m < rowCount; m++)
      for (let k = panel; k < eights; k += TERMS) {
        const aFrom = aStart + m * aRowStep + k * aTermStep;
        addOneRow(outValues, outStart + m * outStep, a, aFrom, aTermStep, bValues, bStart + k * bStep, bStep, columns);
      }
    for (m = 0; m < rowCount; m++)
      for (let k = eights; k < panelEnd; k++) {
        const factor = a[aStart + m * aRowStep + k * aTermStep]!;
        addMultiple(outValues, outStart + m * outStep, factor, bValues, bStart + k * bStep, columns);
      }
  }
}

/** out[n] += factor · b[n] */
function addMultiple(out: Float64Array, o: number, factor: number, b: Float64Array, b0: number, columns: number): void {
  for (let n = 0; n < columns; n++) out[o + n] = out[o + n]! + factor * b[b0 + n]!;
}

/** out[n] += Σ_{k<8} a[k] · b[k, n] */
function addOneRow(
  out: Float64Array,
  o: number,
  a: Float64Array,
  p: number,
  aTermStep: number,
  b: Float64Array,
  b0: number,
  bStep: number,
  columns: number,
): void {
  const q = aTermStep;
  const f0 = a[p]!, f1 = a[p + q]!, f2 = a[p + 2 * q]!, f3 = a[p + 3 * q]!; // prettier-ignore
  const f4 = a[p + 4 * q]!, f5 = a[p + 5 * q]!, f6 = a[p + 6 * q]!, f7 = a[p + 7 * q]!; // prettier-ignore
  const b1 = b0 + bStep, b2 = b1 + bStep, b3 = b2 + bStep, b4 = b3 + bStep, b5 = b4 + bStep, b6 = b5 + bStep, b7 = b6 + bStep; // prettier-ignore
  for (let n = 0; n < columns; n++) {
    const u0 = b[b0 + n]!, u1 = b[b1 + n]!, u2 = b[b2 + n]!, u3 = b[b3 + n]!; // prettier-ignore
    const u4 = b[b4 + n]!, u5 = b[b5 + n]!, u6 = b[b6 + n]!, u7 = b[b7 + n]!; // prettier-ignore
    out[o + n] = out[o + n]! + (f0 * u0 + f1 * u1 + f2 * u2 + f3 * u3 + f4 * u4 + f5 * u5 + f6 * u6 + f7 * u7);
  }
}

/** out[m, n] += Σ_{k<8} a[m, k] · b[k, n] for m < 4: addOneRow for four rows that share the loads of b. */
function addFourRows(
  out: Float64Array,
  o: number,
  outStep: number,
  a: Float64Array,
  p: number,
  aRowStep: number,
  aTermStep: number,
  b: Float64Array,
  b0: number,
  bStep: number,
  columns: number,
): void {
  const q = aTermStep;
  const e0 = a[p]!, e1 = a[p + q]!, e2 = a[p + 2 * q]!, e3 = a[p + 3 * q]!; // prettier-ignore
  const e4 = a[p + 4 * q]!, e5 = a[p + 5 * q]!, e6 = a[p + 6 * q]!, e7 = a[p + 7 * q]!; // prettier-ignore
  const pf = p + aRowStep;
  const f0 = a[pf]!, f1 = a[pf + q]!, f2 = a[pf + 2 * q]!, f3 = a[pf + 3 * q]!; // prettier-ignore
  const f4 = a[pf + 4 * q]!, f5 = a[pf + 5 * q]!, f6 = a[pf + 6 * q]!, f7 = a[pf + 7 * q]!; // prettier-ignore
  const pg = pf + aRowStep;
  const g0 = a[pg]!, g1 = a[pg + q]!, g2 = a[pg + 2 * q]!, g3 = a[pg + 3 * q]!; // prettier-ignore
  const g4 = a[pg + 4 * q]!, g5 = a[pg + 5 * q]!, g6 = a[pg + 6 * q]!, g7 = a[pg + 7 * q]!; // prettier-ignore
  const ph = pg + aRowStep;
  const h0 = a[ph]!, h1 = a[ph + q]!, h2 = a[ph + 2 * q]!, h3 = a[ph + 3 * q]!; // prettier-ignore
  const h4 = a[ph + 4 * q]!, h5 = a[ph + 5 * q]!, h6 = a[ph + 6 * q]!, h7 = a[ph + 7 * q]!; // prettier-ignore
  const b1 = b0 + bStep, b2 = b1 + bStep, b3 = b2 + bStep, b4 = b3 + bStep, b5 = b4 + bStep, b6 = b5 + bStep, b7 = b6 + bStep; // prettier-ignore
  const oe = o, of = oe + outStep, og = of + outStep, oh = og + outStep; // prettier-ignore
  for (let n = 0; n < columns; n++) {
    const u0 = b[b0 + n]!, u1 = b[b1 + n]!, u2 = b[b2 + n]!, u3 = b[b3 + n]!; // prettier-ignore
    const u4 = b[b4 + n]!, u5 = b[b5 + n]!, u6 = b[b6 + n]!, u7 = b[b7 + n]!; // prettier-ignore
    out[oe + n] = out[oe + n]! + (e0 * u0 + e1 * u1 + e2 * u2 + e3 * u3 + e4 * u4 + e5 * u5 + e6 * u6 + e7 * u7);
    out[of + n] = out[of + n]! + (f0 * u0 + f1 * u1 + f2 * u2 + f3 * u3 + f4 * u4 + f5 * u5 + f6 * u6 + f7 * u7);
    out[og + n] = out[og + n]! + (g0 * u0 + g1 * u1 + g2 * u2 + g3 * u3 + g4 * u4 + g5 * u5 + g6 * u6 + g7 * u7);
    out[oh + n] = out[oh + n]! + (h0 * u0 + h1 * u1 + h2 * u2 + h3 * u3 + h4 * u4 + h5 * u5 + h6 * u6 + h7 * u7);
  }
}
