import { createAttentionTensors, type AttentionTensors } from './attention.ts';
import { cellOf, directGateCount, type Cell } from './cells/cell.ts';
import { columnsOf, createMatrix, rowsFrom, transpose, type Matrix } from './matrix.ts';
import type { NetworkShape } from './network.ts';
import { parameterLayout, type FloatArray } from './parameters.ts';

/**
 * The parameters (or, with the same shapes, the gradients) of one layer, arranged for the products: the cell's G gates one
 * below the other, and the columns that act on the state apart from those that act
 * on the input. D inputs of the layer.
 */
export interface LayerTensors {
  /** `[G·H, D]` */
  readonly inputWeights: Matrix;
  /** `[G·H, H]` */
  readonly recurrentWeights: Matrix;
  /** `[G·H]` */
  readonly bias: Float64Array;
  /** `[H]`; zeros in a cell that does not scale its candidate's product */
  readonly recurrentBias: Float64Array;
}

/** All of a network's parameters (or gradients), arranged for the products. */
export interface NetworkTensors {
  readonly layers: readonly LayerTensors[];
  /** Where the network attends to its states. */
  readonly attention: AttentionTensors | undefined;
  /** `[C, H]` */
  readonly headWeights: Matrix;
  /** `[C]` */
  readonly headBias: Float64Array;
}

/** Inputs per frame of a layer: the features for the first, the states below for the others. */
export function layerInputSize(shape: NetworkShape, layer: number): number {
  return layer === 0 ? shape.inputSize : shape.hiddenSize;
}

export function createNetworkTensors(shape: NetworkShape): NetworkTensors {
  const { hiddenSize: H, classCount } = shape;
  const rows = cellOf(shape).gates.length * H;
  return {
    layers: Array.from({ length: shape.layerCount }, (_, layer) => ({
      inputWeights: createMatrix(rows, layerInputSize(shape, layer)),
      recurrentWeights: createMatrix(rows, H),
      bias: new Float64Array(rows),
      recurrentBias: new Float64Array(H),
    })),
    attention: createAttentionTensors(shape),
    headWeights: createMatrix(classCount, H),
    headBias: new Float64Array(classCount),
  };
}

/** Reads a flat parameter vector, in the order of `parameterLayout`, into tensors. */
export function readTensors(tensors: NetworkTensors, shape: NetworkShape, vector: FloatArray): void {
  walkRuns(tensors, shape, (run, start, length, offset) => {
    for (let i = 0; i < length; i++) run[start + i] = vector[offset + i]!;
  });
}

/** Writes tensors into a flat vector, in the order of `parameterLayout`. */
export function writeTensors(tensors: NetworkTensors, shape: NetworkShape, vector: FloatArray): void {
  walkRuns(tensors, shape, (run, start, length, offset) => {
    for (let i = 0; i < length; i++) vector[offset + i] = run[start + i]!;
  });
}

/** Sets every number to zero. */
export function clearTensors(tensors: NetworkTensors): void {
  for (const layer of tensors.layers) {
    layer.inputWeights.values.fill(0);
    layer.recurrentWeights.values.fill(0);
    layer.bias.fill(0);
    layer.recurrentBias.fill(0);
  }
  tensors.attention?.queryWeights.values.fill(0);
  tensors.attention?.query.fill(0);
  tensors.headWeights.values.fill(0);
  tensors.headBias.fill(0);
}

/** Calls `visit` for each contiguous run of numbers with its place in the tensors and in the flat vector. */
function walkRuns(
  tensors: NetworkTensors,
  shape: NetworkShape,
  visit: (run: Float64Array, start: number, length: number, offset: number) => void,
): void {
  const H = shape.hiddenSize;
  const cell = cellOf(shape);
  const offsets = new Map(parameterLayout(shape).map((tensor) => [tensor.name, tensor.offset]));
  tensors.layers.forEach((layer, index) => {
    const D = layerInputSize(shape, index);
    cell.gates.forEach(({ name }, gate) => {
      const weights = offsets.get(`layers.${index}.${name}.weights`)!;
      for (let unit = 0; unit < H; unit++) {
        const row = gate * H + unit;
        visit(layer.recurrentWeights.values, row * H, H, weights + unit * (H + D));
        visit(layer.inputWeights.values, row * D, D, weights + unit * (H + D) + H);
      }
      visit(layer.bias, gate * H, H, offsets.get(`layers.${index}.${name}.bias`)!);
    });
    if (cell.candidateSees === 'scaled')
      visit(layer.recurrentBias, 0, H, offsets.get(`layers.${index}.candidate.recurrentBias`)!);
  });
  if (tensors.attention?.form.asksByLastState) {
    visit(tensors.attention.queryWeights.values, 0, H * H, offsets.get('pooling.query.weights')!);
    visit(tensors.attention.query, 0, H, offsets.get('pooling.query.bias')!);
  } else if (tensors.attention) visit(tensors.attention.query, 0, H, offsets.get('pooling.query')!);
  visit(tensors.headWeights.values, 0, shape.classCount * H, offsets.get('head.weights')!);
  visit(tensors.headBias, 0, shape.classCount, offsets.get('head.bias')!);
}

/** A layer's parameters and the views and transposes of them that the forward and backward passes multiply with. */
export interface LayerWeights extends LayerTensors {
  /** Which cell they are for. */
  readonly cell: Cell;
  /** `[D, G·H]` */
  readonly inputWeightsT: Matrix;
  /** `[H, G·H]` */
  readonly recurrentWeightsT: Matrix;
  /** The columns of recurrentWeightsT for the gates that see the state as it is, and for the candidate that does not. */
  readonly directWeightsT: Matrix;
  readonly candidateWeightsT: Matrix;
  /** Likewise the rows of recurrentWeights for the candidate. */
  readonly candidateWeights: Matrix;
}

/** A network's parameters, ready to run. */
export interface NetworkWeights extends NetworkTensors {
  readonly layers: readonly LayerWeights[];
  /** `[H, H]`; `[H, 0]` where the last state asks nothing */
  readonly queryWeightsT: Matrix;
  /** `[H, C]` */
  readonly headWeightsT: Matrix;
}

export function createNetworkWeights(shape: NetworkShape): NetworkWeights {
  const H = shape.hiddenSize;
  const cell = cellOf(shape);
  const columns = cell.gates.length * H;
  const direct = directGateCount(cell) * H;
  const tensors = createNetworkTensors(shape);
  return {
    ...tensors,
    layers: tensors.layers.map((layer) => {
      const recurrentWeightsT = createMatrix(H, columns);
      return {
        ...layer,
        cell,
        inputWeightsT: createMatrix(layer.inputWeights.columns, columns),
        recurrentWeightsT,
        directWeightsT: columnsOf(recurrentWeightsT, 0, direct),
        candidateWeightsT: columnsOf(recurrentWeightsT, direct, columns - direct),
        candidateWeights: rowsFrom(layer.recurrentWeights, direct),
      };
    }),
    queryWeightsT: createMatrix(H, tensors.attention?.form.asksByLastState ? H : 0),
    headWeightsT: createMatrix(H, shape.classCount),
  };
}

/** Takes over the parameters as they are now. */
export function loadWeights(weights: NetworkWeights, shape: NetworkShape, parameters: FloatArray): void {
  readTensors(weights, shape, parameters);
  for (const layer of weights.layers) {
    transpose(layer.inputWeightsT, layer.inputWeights, layer.bias.length);
    transpose(layer.recurrentWeightsT, layer.recurrentWeights, layer.bias.length);
  }
  if (weights.attention?.form.asksByLastState)
    transpose(weights.queryWeightsT, weights.attention.queryWeights, shape.hiddenSize);
  transpose(weights.headWeightsT, weights.headWeights, shape.classCount);
}
