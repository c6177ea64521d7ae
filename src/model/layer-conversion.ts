import { HeedError } from '../errors.ts';
import { cellOf, type CellName, type Gate } from '../nn/cells/cell.ts';
import type { NetworkShape } from '../nn/network.ts';
import { type FloatArray, type ParameterSet, tensorValues } from '../nn/parameters.ts';

/**
 * Between Heed's recurrent layers and ONNX's operators RNN, GRU and LSTM. Heed has one matrix over [h, x] for each gate, by
 * name; ONNX has R over h and W over x apart, the gates stacked in an order of its own. The GRU differs in one thing more:
 *
 *     Heed    h' = (1 − z) ⊙ h + z ⊙ n
 *     ONNX    H' = (1 − z) ⊙ n + z ⊙ H
 *
 * As σ(−a) = 1 − σ(a), the update gate is carried over by negating its weights and biases. A sign is one bit, so the
 * way there and back is exact. `linear_before_reset` is 0 where the reset gate acts before the product (the cell `gru`,
 * Heed's own), and 1 where it acts after it (`gru-reset-after`: cuDNN, PyTorch, Keras).
 *
 * A minimal gated unit is a GRU whose reset and update gate are one: its file holds that gate once, and the graph makes
 * both of it (see `recurrent-nodes.ts`).
 *
 * @see https://onnx.ai/onnx/operators/onnx__GRU.html
 * @see https://onnx.ai/onnx/operators/onnx__LSTM.html
 * @see https://onnx.ai/onnx/operators/onnx__RNN.html
 */

/** The tensors W, R and B of one unidirectional layer of G gates. D is the layer's input size, H its hidden size. */
export interface OnnxLayer {
  readonly cell: CellName;
  /** `[1, G·H, D]`, gates stacked as ONNX has them */
  readonly weights: Float32Array;
  /** `[1, G·H, H]` */
  readonly recurrentWeights: Float32Array;
  /** `[1, 2·G·H]`: the biases of W for every gate, then those of R */
  readonly biases: Float32Array;
  readonly inputSize: number;
  readonly hiddenSize: number;
}

interface StackedGate {
  readonly name: Gate['name'];
  readonly sign: 1 | -1;
}

const GRU_GATES: readonly StackedGate[] = [
  { name: 'update', sign: -1 },
  { name: 'reset', sign: 1 },
  { name: 'candidate', sign: 1 },
];

/** Heed's names for the gates, in the order in which ONNX stacks them, and whether the sign flips on the way. */
export const ONNX_GATES: Readonly<Record<CellName, readonly StackedGate[]>> = {
  rnn: [{ name: 'candidate', sign: 1 }],
  gru: GRU_GATES,
  'gru-reset-after': GRU_GATES,
  lstm: [
    { name: 'input', sign: 1 },
    { name: 'output', sign: 1 },
    { name: 'forget', sign: 1 },
    { name: 'candidate', sign: 1 },
  ],
  mgu: [
    { name: 'forget', sign: 1 },
    { name: 'candidate', sign: 1 },
  ],
};

function layerInputSize(shape: NetworkShape, layer: number): number {
  return layer === 0 ? shape.inputSize : shape.hiddenSize;
}

/**
 * One layer of a Heed network as ONNX has it. Parameters in float64 are rounded to float32.
 * @throws {HeedError} shape-mismatch where `parameters` are not of `shape`, or there is no such layer
 */
export function layerToOnnx(parameters: ParameterSet, shape: NetworkShape, layer: number): OnnxLayer {
  const { cell, hiddenSize } = shape;
  const inputSize = layerInputSize(shape, layer);
  const gates = ONNX_GATES[cell];
  const weights = new Float32Array(gates.length * hiddenSize * inputSize);
  const recurrentWeights = new Float32Array(gates.length * hiddenSize * hiddenSize);
  const biases = new Float32Array(2 * gates.length * hiddenSize);
  gates.forEach(({ name, sign }, gate) => {
    const rows = tensorOf(parameters, `layers.${layer}.${name}.weights`, hiddenSize * (hiddenSize + inputSize));
    const bias = tensorOf(parameters, `layers.${layer}.${name}.bias`, hiddenSize);
    for (let unit = 0; unit < hiddenSize; unit++) {
      const row = unit * (hiddenSize + inputSize);
      const stacked = gate * hiddenSize + unit;
      for (let k = 0; k < hiddenSize; k++) recurrentWeights[stacked * hiddenSize + k] = sign * rows[row + k]!;
      for (let k = 0; k < inputSize; k++) weights[stacked * inputSize + k] = sign * rows[row + hiddenSize + k]!;
      biases[stacked] = sign * bias[unit]!;
    }
  });
  if (cell === 'gru-reset-after')
    biases.set(tensorOf(parameters, `layers.${layer}.candidate.recurrentBias`, hiddenSize), 5 * hiddenSize);
  return { cell, weights, recurrentWeights, biases, inputSize, hiddenSize };
}

/**
 * Writes an ONNX layer into one layer of a Heed network's parameters. Where it has biases of both W and R, they
 * are added: it is the sum that acts, except for the candidate of a `gru-reset-after`, which keeps them apart.
 * @throws {HeedError} shape-mismatch where the sizes or the cells disagree
 */
export function onnxToLayer(onnx: OnnxLayer, parameters: ParameterSet, shape: NetworkShape, layer: number): void {
  const { cell, hiddenSize } = shape;
  const inputSize = layerInputSize(shape, layer);
  if (onnx.cell !== cell)
    throw new HeedError(
      'shape-mismatch',
      `The ONNX layer for layer ${layer} is of the cell ${onnx.cell}, not ${cell}.`,
    );
  const gates = ONNX_GATES[cell];
  const fits =
    onnx.hiddenSize === hiddenSize &&
    onnx.inputSize === inputSize &&
    onnx.weights.length === gates.length * hiddenSize * inputSize &&
    onnx.recurrentWeights.length === gates.length * hiddenSize * hiddenSize &&
    onnx.biases.length === 2 * gates.length * hiddenSize;
  if (!fits)
    throw new HeedError(
      'shape-mismatch',
      `The ONNX layer for layer ${layer} has other sizes than the network it is for.`,
    );

  gates.forEach(({ name, sign }, gate) => {
    const rows = tensorOf(parameters, `layers.${layer}.${name}.weights`, hiddenSize * (hiddenSize + inputSize));
    const bias = tensorOf(parameters, `layers.${layer}.${name}.bias`, hiddenSize);
    const biasesApart = name === 'candidate' && cell === 'gru-reset-after';
    for (let unit = 0; unit < hiddenSize; unit++) {
      const row = unit * (hiddenSize + inputSize);
      const stacked = gate * hiddenSize + unit;
      for (let k = 0; k < hiddenSize; k++) rows[row + k] = sign * onnx.recurrentWeights[stacked * hiddenSize + k]!;
      for (let k = 0; k < inputSize; k++) rows[row + hiddenSize + k] = sign * onnx.weights[stacked * inputSize + k]!;
      const ofWeights = onnx.biases[stacked]!;
      const ofRecurrent = onnx.biases[gates.length * hiddenSize + stacked]!;
      // Adding +0 would turn a bias of −0 into +0, and the way back would not be exact.
      bias[unit] = sign * (biasesApart || ofRecurrent === 0 ? ofWeights : ofWeights + ofRecurrent);
    }
  });
  if (cell === 'gru-reset-after')
    tensorOf(parameters, `layers.${layer}.candidate.recurrentBias`, hiddenSize).set(
      onnx.biases.subarray(5 * hiddenSize),
    );
}

/**
 * Rows of stacked gates, `[G·H, columns]`, from the cell's order to ONNX's, signs and all: of a matrix, or of the left one of
 * its two factors.
 */
export function rowsToOnnx(cell: CellName, rows: ArrayLike<number>, hiddenSize: number): Float32Array {
  return moveRows(cell, rows, hiddenSize, (ours, theirs) => ({ from: ours, to: theirs }));
}

/** The way back. */
export function rowsFromOnnx(cell: CellName, rows: ArrayLike<number>, hiddenSize: number): Float32Array {
  return moveRows(cell, rows, hiddenSize, (ours, theirs) => ({ from: theirs, to: ours }));
}

function moveRows(
  cell: CellName,
  rows: ArrayLike<number>,
  hiddenSize: number,
  way: (ours: number, theirs: number) => { readonly from: number; readonly to: number },
): Float32Array {
  const { gates } = cellOf({ cell });
  const length = rows.length / gates.length; // of a gate
  const moved = new Float32Array(rows.length);
  if (!Number.isInteger(length / hiddenSize))
    throw new HeedError(
      'shape-mismatch',
      `${rows.length} numbers are no rows of ${gates.length} × ${hiddenSize} units.`,
    );
  ONNX_GATES[cell].forEach(({ name, sign }, theirs) => {
    const ours = gates.findIndex((gate) => gate.name === name);
    const { from, to } = way(ours, theirs);
    for (let i = 0; i < length; i++) moved[to * length + i] = sign * rows[from * length + i]!;
  });
  return moved;
}

function tensorOf(parameters: ParameterSet, name: string, length: number): FloatArray {
  const values = tensorValues(parameters, name);
  if (values.length !== length)
    throw new HeedError('shape-mismatch', `The parameter ${name} has ${values.length} values, not ${length}.`);
  return values;
}
