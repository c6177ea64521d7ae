import { describe, expect, it } from 'vitest';
import {
  addProduct,
  addTransposedProduct,
  columnsOf,
  createMatrix,
  rowsFrom,
  type Matrix,
} from '../../src/nn/matrix.ts';
import { createRandom } from '../../src/random.ts';

const at = (matrix: Matrix, m: number, n: number): number => matrix.values[matrix.start + m * matrix.rowStride + n]!;

function randomMatrix(rows: number, columns: number, seed: number): Matrix {
  const matrix = createMatrix(rows, columns);
  const random = createRandom(seed);
  for (let i = 0; i < matrix.values.length; i++) matrix.values[i] = random.normal();
  return matrix;
}

/** Around the four rows, eight terms and 128-term panels that the product works in. */
const SIZES = [
  [1, 1, 1],
  [3, 7, 2],
  [4, 8, 5],
  [5, 9, 3],
  [9, 17, 6],
  [2, 128, 4],
  [6, 141, 3],
  [64, 40, 12],
] as const;

describe('a product', () => {
  it.each(SIZES)(
    'of %i rows, %i terms and a view of %i columns adds what the definition says',
    (rows, terms, columns) => {
      const out = randomMatrix(rows + 2, columns, 1);
      const before = { ...out, values: out.values.slice() };
      const a = columnsOf(randomMatrix(rows + 1, terms + 3, 2), 2, terms);
      const b = columnsOf(randomMatrix(terms, columns + 2, 3), 1, columns);
      addProduct(out, 1, a, 1, b, rows);
      for (let m = 0; m < rows + 2; m++)
        for (let n = 0; n < columns; n++) {
          let expected = at(before, m, n);
          if (m >= 1 && m <= rows) for (let k = 0; k < terms; k++) expected += at(a, m, k) * at(b, k, n);
          expect(at(out, m, n)).toBeCloseTo(expected, 11);
        }
    },
  );

  it.each(SIZES)('transposed: %i columns by %i rows by %i columns', (columns, rows, others) => {
    const out = randomMatrix(columns, others, 1);
    const before = { ...out, values: out.values.slice() };
    const a = randomMatrix(rows + 1, columns, 2);
    const b = rowsFrom(randomMatrix(rows + 5, others, 3), 3);
    addTransposedProduct(out, a, 1, b, 2, rows);
    for (let m = 0; m < columns; m++)
      for (let n = 0; n < others; n++) {
        let expected = at(before, m, n);
        for (let k = 0; k < rows; k++) expected += at(a, k + 1, m) * at(b, k + 2, n);
        expect(at(out, m, n)).toBeCloseTo(expected, 11);
      }
  });

  it('gives a row the same bits alone and among others', () => {
    const a = randomMatrix(7, 141, 1);
    const b = randomMatrix(141, 10, 2);
    const together = createMatrix(7, 10);
    addProduct(together, 0, a, 0, b, 7);
    for (let m = 0; m < 7; m++) {
      const alone = createMatrix(1, 10);
      addProduct(alone, 0, a, m, b, 1);
      expect(together.values.slice(m * 10, m * 10 + 10)).toEqual(alone.values);
    }
  });
});
