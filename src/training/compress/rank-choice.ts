import { Matrix as DenseMatrix, SingularValueDecomposition } from 'ml-matrix';
import {
  readStacked,
  stackedMatrices,
  type Factors,
  type LayerFactors,
  type StackedMatrix,
} from '../../nn/low-rank.ts';
import type { NetworkShape } from '../../nn/network.ts';

/** A matrix of a layer, and its singular value decomposition. */
export interface DecomposedMatrix {
  readonly matrix: StackedMatrix;
  readonly decomposition: SingularValueDecomposition;
}

/** Decomposes the matrices of a network's layers. @param values  of all parameters, in their layout */
export function decomposeLayers(values: ArrayLike<number>, shape: NetworkShape): DecomposedMatrix[] {
  return stackedMatrices(shape).map((matrix) => {
    const dense = DenseMatrix.from1DArray(matrix.rows, matrix.columns, readStacked(values, matrix).values);
    return { matrix, decomposition: new SingularValueDecomposition(dense, { autoTranspose: true }) };
  });
}

/** A matrix of a layer, and the best factors that it has of the rank that was chosen; without any it stays whole. */
export interface FactoredMatrix {
  readonly matrix: StackedMatrix;
  readonly factors: Factors | undefined;
}

/**
 * Factors of a network's layers that together have at most a share of their numbers: the truncated singular value
 * decompositions U·√S and √S·Vᵀ of the gates' stacked matrices, so that gates share what they read (Prabhavalkar et al. 2016,
 * "On the compression of recurrent neural networks"). Ranks differ from matrix to matrix: singular values are taken in the order
 * of the energy, σ², that each number spent on them keeps. No rank is below 1, whatever the share.
 */
export function chooseFactors(decomposed: readonly DecomposedMatrix[], share: number): FactoredMatrix[] {
  const ranks = chooseRanks(
    decomposed.map(({ matrix, decomposition }) => ({ ...matrix, spectrum: decomposition.diagonal })),
    share,
  );
  return decomposed.map(({ matrix, decomposition }, i) => ({
    matrix,
    factors: isThinner(matrix, ranks[i]!) ? truncated(decomposition, matrix, ranks[i]!) : undefined,
  }));
}

/** The same by layers. */
export function layerFactors(chosen: readonly FactoredMatrix[], layerCount: number): LayerFactors[] {
  return Array.from({ length: layerCount }, (_, layer) =>
    Object.fromEntries(
      chosen.flatMap(({ matrix, factors }) => (matrix.layer === layer && factors ? [[matrix.part, factors]] : [])),
    ),
  );
}

/** A matrix's size and its singular values, the largest first. */
export interface Spectrum {
  readonly rows: number;
  readonly columns: number;
  readonly spectrum: readonly number[];
}

/** The rank of each matrix, with which all of them keep at most a share of their numbers and the most energy for it. */
export function chooseRanks(matrices: readonly Spectrum[], share: number): number[] {
  const costOf = ({ rows, columns }: Spectrum, rank: number): number =>
    Math.min(rank * (rows + columns), rows * columns);
  const budget = share * matrices.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const ranks = matrices.map(() => 1);
  let spent = matrices.reduce((sum, matrix) => sum + costOf(matrix, 1), 0);
  const candidates = matrices.flatMap(({ rows, columns, spectrum }, index) =>
    spectrum.map((value, k) => ({ index, rank: k + 1, worth: value ** 2 / (rows + columns) })),
  );
  candidates.sort((a, b) => b.worth - a.worth || a.rank - b.rank || a.index - b.index);
  for (const { index, rank } of candidates) {
    if (rank !== ranks[index]! + 1) continue; // one before it was too dear
    const more = costOf(matrices[index]!, rank) - costOf(matrices[index]!, rank - 1);
    if (spent + more > budget) continue;
    spent += more;
    ranks[index] = rank;
  }
  return ranks;
}

/** Whether factors of this rank are fewer numbers than the matrix. */
export function isThinner({ rows, columns }: Pick<Spectrum, 'rows' | 'columns'>, rank: number): boolean {
  return rank * (rows + columns) < rows * columns;
}

function truncated(
  { diagonal, leftSingularVectors: U, rightSingularVectors: V }: SingularValueDecomposition,
  { rows, columns }: StackedMatrix,
  rank: number,
): Factors {
  const left = new Float32Array(rows * rank);
  const right = new Float32Array(rank * columns);
  for (let k = 0; k < rank; k++) {
    const root = Math.sqrt(diagonal[k]!);
    for (let row = 0; row < rows; row++) left[row * rank + k] = U.get(row, k) * root;
    for (let column = 0; column < columns; column++) right[k * columns + column] = V.get(column, k) * root;
  }
  return { rank, left, right };
}
