import { HeedError } from '../../errors.ts';
import { LAYER_PARTS, multiplyFactors, readStacked, matrixOf, writeStacked } from '../../nn/low-rank.ts';
import type { LayerFactors, StackedMatrix, Factors } from '../../nn/low-rank.ts';
import { addProduct, addTransposedProduct, createMatrix, transpose } from '../../nn/matrix.ts';
import type { NetworkShape } from '../../nn/network.ts';
import { parameterCount, type FloatArray } from '../../nn/parameters.ts';
import { roundRows, roundWeights } from './rounding.ts';
import { chooseFactors, decomposeLayers } from './rank-choice.ts';

/** Where a matrix's factors lie in the vector, one behind the other. */
interface Place {
  readonly matrix: StackedMatrix;
  readonly rank: number;
  readonly start: number;
}

/**
 * The numbers that are trained where the layers' matrices have low rank: the factors of each, then all other parameters in
 * their order, then zeros, so that the vector is as long as the network's own and a checkpoint has room for either.
 */
export class FactoredWeights {
  readonly shape: NetworkShape;
  /** What training begins with. */
  readonly initial: Float32Array;
  readonly #places: readonly Place[];
  /** Of the parameters that are in no factor, where they lie in the network's vector; `#restStart` on in this one. */
  readonly #rest: Int32Array;
  readonly #restStart: number;

  /**
   * @param values  of the network, in its layout
   * @param share  of the numbers in the layers' matrices that their factors may have
   * @throws {HeedError} usage where the layers are so small that no factors have fewer numbers
   */
  constructor(shape: NetworkShape, values: FloatArray, share: number) {
    this.shape = shape;
    const count = parameterCount(shape);
    const inFactors = new Uint8Array(count);
    const chosen = chooseFactors(decomposeLayers(values, shape), share);
    const places: Place[] = [];
    let start = 0;
    this.initial = new Float32Array(count);
    for (const { matrix, factors } of chosen) {
      if (!factors) continue;
      const { rank, left, right } = factors;
      places.push({ matrix, rank, start });
      this.initial.set(left, start);
      this.initial.set(right, start + left.length);
      start += left.length + right.length;
      for (const row of matrix.starts) inFactors.fill(1, row, row + matrix.columns);
    }
    if (places.length === 0)
      throw new HeedError(
        'usage',
        'The layers of this network are too small for factors of low rank to have fewer numbers; make it lighter in another way.',
      );
    this.#places = places;
    this.#rest = Int32Array.from(inFactors.keys()).filter((i) => !inFactors[i]);
    this.#restStart = start;
    this.#rest.forEach((from, i) => (this.initial[start + i] = values[from]!));
  }

  /** The network's parameters, the factors multiplied out; in the precision of the vector. */
  expand(vector: FloatArray): FloatArray {
    const values = vector instanceof Float32Array ? new Float32Array(vector.length) : new Float64Array(vector.length);
    for (const place of this.#places) writeStacked(values, place.matrix, multiplyFactors(this.#factors(vector, place)));
    this.#rest.forEach((to, i) => (values[to] = vector[this.#restStart + i]!));
    return values;
  }

  /**
   * The gradient in this vector, of that in the network's parameters: with W = L·R, dL = dW·Rᵀ and dR = Lᵀ·dW.
   * @param gradient  in the network's parameters, in their layout
   * @param out  overwritten
   */
  gradient(vector: FloatArray, gradient: FloatArray, out: Float64Array): void {
    out.fill(0);
    for (const place of this.#places) {
      const { matrix, rank, start } = place;
      const { rows, columns } = matrix;
      const { left, right } = this.#factors(vector, place);
      const dense = readStacked(gradient, matrix);
      const rightT = createMatrix(columns, rank);
      transpose(rightT, matrixOf(right, columns), rank);
      const length = rows * rank;
      addProduct(matrixOf(out.subarray(start, start + length), rank), 0, dense, 0, rightT, rows);
      const dRight = matrixOf(out.subarray(start + length, start + length + rank * columns), columns);
      addTransposedProduct(dRight, matrixOf(left, rank), 0, dense, 0, rows);
    }
    this.#rest.forEach((from, i) => (out[this.#restStart + i] = gradient[from]!));
  }

  /** The vector as an export to eight bits keeps it: each factor, and each matrix that stays whole, row by row. */
  rounded(vector: FloatArray): Float32Array {
    const flat = new Float32Array(vector.length);
    this.#rest.forEach((to, i) => (flat[to] = vector[this.#restStart + i]!));
    roundWeights(flat, this.shape);
    const out = Float32Array.from(vector);
    this.#rest.forEach((from, i) => (out[this.#restStart + i] = flat[from]!));
    for (const place of this.#places) {
      const { left, right } = this.#factors(out, place);
      roundRows(left, place.rank);
      roundRows(right, place.matrix.columns);
    }
    return out;
  }

  /** The factors of each layer, copied. */
  factorsOf(vector: FloatArray): LayerFactors[] {
    return Array.from({ length: this.shape.layerCount }, (_, layer) =>
      Object.fromEntries(
        LAYER_PARTS.flatMap((part) => {
          const place = this.#places.find(({ matrix }) => matrix.layer === layer && matrix.part === part);
          if (!place) return [];
          const { rank, left, right } = this.#factors(vector, place);
          return [[part, { rank, left: Float32Array.from(left), right: Float32Array.from(right) }]];
        }),
      ),
    );
  }

  #factors(vector: FloatArray, { matrix, rank, start }: Place): Factors {
    const middle = start + matrix.rows * rank;
    return {
      rank,
      left: vector.subarray(start, middle),
      right: vector.subarray(middle, middle + rank * matrix.columns),
    };
  }
}
