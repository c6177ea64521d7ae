import { HeedError } from '../errors.ts';
import { attentionForm } from './attention.ts';
import { cellOf } from './cells/cell.ts';
import type { LayerFactors } from './low-rank.ts';
import type { NetworkShape } from './network.ts';

/** Float32 in use; float64 where gradients are checked against finite differences. */
export type FloatArray = Float32Array | Float64Array;

/** One named tensor inside the flat parameter vector. */
export interface ParameterTensor {
  readonly name: string;
  readonly dimensions: readonly number[];
  readonly offset: number;
  readonly length: number;
}

/** All parameters of a network in one flat vector, with a table of what lies where. */
export interface ParameterSet {
  readonly tensors: readonly ParameterTensor[];
  /** `[parameters]` */
  readonly values: FloatArray;
  /**
   * For each layer, the thinner matrices whose products its own are, where they have low rank: what a file keeps, and a stream
   * of the native core multiplies by. They are of these very values: who changes those makes a set without factors.
   */
  readonly factors?: readonly LayerFactors[] | undefined;
}

/**
 * The order in which a network's tensors lie in its parameter vector. For each layer l (D = I for the first layer, else H):
 *
 *     layers.l.<gate>.weights     [H, H + D]   rows act on [h, x]; one such pair for each gate of the cell, in its order
 *     layers.l.<gate>.bias        [H]
 *     layers.l.candidate.recurrentBias [H]     only where the candidate's product is scaled: inside r ⊙ (W·h + b)
 *     pooling.query [H]                        the learned query, where the pooling is `attention`
 *     pooling.query.weights [H, H], pooling.query.bias [H]   what makes it of the last state, where it is `multi-head`
 *     head.weights [C, H], head.bias [C]
 */
export function parameterLayout(shape: NetworkShape): ParameterTensor[] {
  const { inputSize, hiddenSize: H, layerCount, classCount } = shape;
  for (const [name, value] of Object.entries({ inputSize, hiddenSize: H, layerCount, classCount }))
    if (!Number.isInteger(value) || value < 1)
      throw new HeedError('shape-mismatch', `A network's ${name} must be a whole number above zero, not ${value}.`);
  const cell = cellOf(shape);
  const tensors: ParameterTensor[] = [];
  let offset = 0;
  const add = (name: string, ...dimensions: number[]): void => {
    const length = dimensions.reduce((product, size) => product * size, 1);
    tensors.push({ name, dimensions, offset, length });
    offset += length;
  };
  for (let layer = 0; layer < layerCount; layer++) {
    const columns = H + (layer === 0 ? inputSize : H);
    for (const { name } of cell.gates) {
      add(`layers.${layer}.${name}.weights`, H, columns);
      add(`layers.${layer}.${name}.bias`, H);
    }
    if (cell.candidateSees === 'scaled') add(`layers.${layer}.candidate.recurrentBias`, H);
  }
  const attention = attentionForm(shape);
  if (attention?.asksByLastState) {
    add('pooling.query.weights', H, H);
    add('pooling.query.bias', H);
  } else if (attention) add('pooling.query', H);
  add('head.weights', classCount, H);
  add('head.bias', classCount);
  return tensors;
}

/** How many numbers a network of this shape has. */
export function parameterCount(shape: NetworkShape): number {
  return parameterLayout(shape).reduce((sum, tensor) => sum + tensor.length, 0);
}

/**
 * A parameter set of the given shape: zeros, or a view of `values`.
 * @throws {HeedError} shape-mismatch where `values` has another length than the shape asks for
 */
export function parameterSet(
  shape: NetworkShape,
  precision: 'float32' | 'float64' = 'float32',
  values?: FloatArray,
): ParameterSet {
  const tensors = parameterLayout(shape);
  const count = tensors.reduce((sum, tensor) => sum + tensor.length, 0);
  if (values && values.length !== count)
    throw new HeedError('shape-mismatch', `This network has ${count} parameters, but ${values.length} were given.`);
  return { tensors, values: values ?? (precision === 'float32' ? new Float32Array(count) : new Float64Array(count)) };
}

/** The values of one tensor, as a view into the flat vector. @throws {HeedError} shape-mismatch for an unknown name */
export function tensorValues(parameters: ParameterSet, name: string): FloatArray {
  const tensor = parameters.tensors.find((candidate) => candidate.name === name);
  if (!tensor) throw new HeedError('shape-mismatch', `This network has no parameter named ${name}.`);
  return parameters.values.subarray(tensor.offset, tensor.offset + tensor.length);
}
