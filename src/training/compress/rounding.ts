import { fromInt8, toInt8 } from '../../model/onnx/int8-weights.ts';
import type { NetworkShape } from '../../nn/network.ts';
import { parameterLayout, type FloatArray } from '../../nn/parameters.ts';

/**
 * Rounds the weights to what an export to eight bits keeps of them, in place: in each layer the rows that act on the state
 * and those that act on the input each have a scale of their own, in the head each class. Biases stay.
 * @param weights  of all parameters, in their layout
 */
export function roundWeights(weights: FloatArray, shape: NetworkShape): void {
  for (const { name, dimensions, offset } of parameterLayout(shape)) {
    if (!name.endsWith('.weights')) continue;
    const [rows, columns] = dimensions as [number, number];
    const split = name === 'head.weights' ? columns : shape.hiddenSize;
    for (let row = 0; row < rows; row++) {
      const start = offset + row * columns;
      roundRow(weights.subarray(start, start + split));
      if (split < columns) roundRow(weights.subarray(start + split, start + columns));
    }
  }
}

/** The same for a matrix without gaps, each row with a scale of its own. */
export function roundRows(matrix: FloatArray, columns: number): void {
  matrix.set(fromInt8(toInt8(matrix, columns)));
}

function roundRow(row: FloatArray): void {
  row.set(fromInt8(toInt8(row, row.length)));
}
