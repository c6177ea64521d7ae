import { createRandom, type Random } from '../random.ts';
import { cellOf } from './cells/cell.ts';
import type { NetworkShape } from './network.ts';
import { parameterSet, tensorValues, type FloatArray, type ParameterSet } from './parameters.ts';

/**
 * Parameters to start training from. The same shape and seed give the same bits.
 *
 * - Input and head weights: Glorot uniform, ±√(6 / (fanIn + fanOut)) (Glorot & Bengio 2010, eq. 16).
 * - Recurrent weights: orthogonal, one matrix per gate (Saxe et al. 2014): they neither stretch nor shrink a state.
 * - Biases: as the cell has them: zero, except the gates that decide how long a state is kept.
 * - What attention asks for: nothing yet, so that a network begins as one that pools by the mean.
 *
 * Every tensor has numbers of its own, so that another class in the head leaves the layers as they were.
 * @throws {HeedError} shape-mismatch for an impossible shape
 */
export function initialiseParameters(
  shape: NetworkShape,
  seed: number,
  precision: 'float32' | 'float64' = 'float32',
): ParameterSet {
  const parameters = parameterSet(shape, precision);
  const { hiddenSize, classCount } = shape;
  for (let layer = 0; layer < shape.layerCount; layer++) {
    const inputSize = layer === 0 ? shape.inputSize : hiddenSize;
    for (const gate of cellOf(shape).gates) {
      const name = `layers.${layer}.${gate.name}.weights`;
      const random = createRandom(seed, `initialise ${name}`);
      const weights = tensorValues(parameters, name);
      const recurrent = orthogonalMatrix(hiddenSize, random);
      const limit = glorotLimit(inputSize, hiddenSize);
      for (let row = 0; row < hiddenSize; row++) {
        const start = row * (hiddenSize + inputSize);
        weights.set(recurrent.subarray(row * hiddenSize, (row + 1) * hiddenSize), start);
        fillUniform(weights.subarray(start + hiddenSize, start + hiddenSize + inputSize), limit, random);
      }
      tensorValues(parameters, `layers.${layer}.${gate.name}.bias`).fill(gate.initialBias);
    }
  }
  const random = createRandom(seed, 'initialise head.weights');
  fillUniform(tensorValues(parameters, 'head.weights'), glorotLimit(hiddenSize, classCount), random);
  return parameters;
}

function glorotLimit(fanIn: number, fanOut: number): number {
  return Math.sqrt(6 / (fanIn + fanOut));
}

function fillUniform(values: FloatArray, limit: number, random: Random): void {
  for (let i = 0; i < values.length; i++) values[i] = random.between(-limit, limit);
}

/** A random matrix with orthonormal rows, `[size, size]`: Gram–Schmidt (the modified one, which is stable) on normals. */
function orthogonalMatrix(size: number, random: Random): Float64Array {
  const values = Float64Array.from({ length: size * size }, () => random.normal());
  const rows = Array.from({ length: size }, (_, row) => values.subarray(row * size, (row + 1) * size));
  rows.forEach((row, index) => {
    for (let other = 0; other < index; other++) {
      const direction = rows[other]!;
      const projection = dot(row, direction);
      for (let i = 0; i < size; i++) row[i] = row[i]! - projection * direction[i]!;
    }
    const length = Math.sqrt(dot(row, row));
    for (let i = 0; i < size; i++) row[i] = row[i]! / length;
  });
  return values;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
