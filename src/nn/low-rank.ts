import { cellOf } from './cells/cell.ts';
import { addProduct, createMatrix, type Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { parameterLayout, type FloatArray } from './parameters.ts';

/** A matrix of low rank as the product of two thinner ones: `rank · (rows + columns)` numbers in place of `rows · columns`. */
export interface Factors {
  readonly rank: number;
  /** `[rows, rank]` */
  readonly left: FloatArray;
  /** `[rank, columns]` */
  readonly right: FloatArray;
}

/**
 * What acts on a layer's inputs, and what acts on its states, the gates stacked in the cell's order: `[G·H, D]` and `[G·H, H]`.
 * What is left out is kept whole.
 */
export interface LayerFactors {
  readonly input?: Factors | undefined;
  readonly recurrent?: Factors | undefined;
}

/** Both matrices of a layer. */
export const LAYER_PARTS = ['input', 'recurrent'] as const;
export type LayerPart = (typeof LAYER_PARTS)[number];

/** Where one of a layer's matrices lies in the parameter vector. */
export interface StackedMatrix {
  readonly layer: number;
  readonly part: LayerPart;
  readonly rows: number;
  readonly columns: number;
  /** `[rows]`: where each row begins. */
  readonly starts: Int32Array;
}

/** The matrices of all layers, from the first layer on. */
export function stackedMatrices(shape: NetworkShape): StackedMatrix[] {
  const { hiddenSize: H, inputSize, layerCount } = shape;
  const { gates } = cellOf(shape);
  const offsets = new Map(parameterLayout(shape).map(({ name, offset }) => [name, offset]));
  return Array.from({ length: layerCount }, (_, layer) => {
    const D = layer === 0 ? inputSize : H;
    const startsAt = (column: number): Int32Array =>
      Int32Array.from({ length: gates.length * H }, (_row, row) => {
        const offset = offsets.get(`layers.${layer}.${gates[Math.floor(row / H)]!.name}.weights`)!;
        return offset + (row % H) * (H + D) + column;
      });
    const rows = gates.length * H;
    return [
      { layer, part: 'input' as const, rows, columns: D, starts: startsAt(H) },
      { layer, part: 'recurrent' as const, rows, columns: H, starts: startsAt(0) },
    ];
  }).flat();
}

/** Copies a matrix out of a parameter vector. */
export function readStacked(values: ArrayLike<number>, { rows, columns, starts }: StackedMatrix): Matrix {
  const matrix = createMatrix(rows, columns);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < columns; k++) matrix.values[row * columns + k] = values[starts[row]! + k]!;
  return matrix;
}

/** Copies a matrix without gaps into a parameter vector. */
export function writeStacked(values: FloatArray, { rows, columns, starts }: StackedMatrix, from: Float64Array): void {
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < columns; k++) values[starts[row]! + k] = from[row * columns + k]!;
}

/** `left · right`, `[rows, columns]` */
export function multiplyFactors({ rank, left, right }: Factors): Float64Array {
  const [rows, columns] = [left.length / rank, right.length / rank];
  const product = createMatrix(rows, columns);
  addProduct(product, 0, matrixOf(left, rank), 0, matrixOf(right, columns), rows);
  return product.values;
}

/** Numbers as a matrix of so many columns, without gaps; a copy unless they are in float64. */
export function matrixOf(values: FloatArray, columns: number): Matrix {
  const doubles = values instanceof Float64Array ? values : Float64Array.from(values);
  return { values: doubles, start: 0, rowStride: columns, columns };
}
