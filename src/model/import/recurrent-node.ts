import type { CellName } from '../../nn/cells/cell.ts';
import { ONNX_GATES, type OnnxLayer } from '../layer-conversion.ts';
import { type Activation, type Axis, axisSize, channelsOf, type Value } from './activation.ts';
import { floatsOf, holdsOnly, type KnownTensor, numericDims } from './known-tensor.ts';
import type { NodeReader } from './node-reader.ts';
import { damaged, foreign } from './obstacle.ts';

const MAX_LAYERS = 64;

/** The functions that a node's gates go through unless it says otherwise: those of Heed's cells. */
const ACTIVATIONS: Readonly<Record<string, readonly string[]>> = {
  GRU: ['Sigmoid', 'Tanh'],
  LSTM: ['Sigmoid', 'Tanh', 'Tanh'],
  RNN: ['Tanh'],
};

/**
 * One GRU, LSTM or RNN node on the input or on the states of the layer before: its states
 * `[frames, directions, batch, units]` and its last state `[directions, batch, units]`.
 * @throws {Obstacle} for what Heed's recurrences cannot do: two directions, other activations, clipping, peepholes, sequences
 *   of different lengths, a first state that is not zero, weights computed while it runs
 * @see https://onnx.ai/onnx/operators/onnx__GRU.html
 * @see https://onnx.ai/onnx/operators/onnx__LSTM.html
 * @see https://onnx.ai/onnx/operators/onnx__RNN.html
 */
export function readRecurrent(node: NodeReader): Value[] {
  const input = node.activation(0);
  if (input.axes.length !== 3) throw damaged(`its ${node.opType} is fed a tensor of ${input.axes.length} axes`);
  if (input.pooling || input.head || input.softmax) throw node.misplaced();
  refuseOtherRecurrences(node);
  const layer = readWeights(node, cellOfNode(node));
  const first = input.layers.length === 0;
  const [frames, batch, channels] = input.axes as [Axis, Axis, Axis];
  const given = first ? axisSize(input, channels, node.inputSizes) : channelsOf(input);
  if (typeof given === 'number' && given !== layer.inputSize)
    throw damaged(`its ${node.opType} takes ${layer.inputSize} numbers per frame, and is fed ${given}`);
  const roles = input.roles ?? { frames, batch };
  if (frames === 'one' || channels === 'one' || roles.frames !== frames || roles.batch !== batch)
    throw foreign(`its ${node.opType} runs along an axis that is not the frames`);
  if (!first && channels !== 'channels')
    throw foreign(`its ${node.opType} runs over another axis than the units before`);
  if (first && input.scaling.axis !== undefined && input.scaling.axis !== channels)
    throw foreign('its input is normalised along another axis than the coefficients');
  checkLengthsAndStart(node, input, frames, layer.hiddenSize);

  if (input.layers.length >= MAX_LAYERS) throw foreign(`it has more than ${MAX_LAYERS} recurrent layers`);
  const states: Activation = {
    ...input,
    axes: [frames, 'one', batch, 'channels'],
    layers: [...input.layers, layer],
    roles,
  };
  return [states, { ...states, axes: ['one', batch, 'channels'], pooling: 'last' }];
}

function refuseOtherRecurrences(node: NodeReader): void {
  const direction = node.string('direction', 'forward');
  if (direction !== 'forward')
    throw foreign(`its ${node.opType} is ${direction}, and live sound can only be heard forward`);
  const ours = ACTIVATIONS[node.opType]!;
  const activations = node.strings('activations') ?? ours;
  if (activations.join(' ').toLowerCase() !== ours.join(' ').toLowerCase())
    throw foreign(
      `its ${node.opType} has the activations ${activations.join(' and ')}, and Heed's are ${ours.join(' and ')}`,
    );
  if (node.has('clip')) throw foreign(`its ${node.opType} clips its sums (the attribute clip)`);
  if (node.int('layout', 0) !== 0)
    throw foreign(`its ${node.opType} has the attribute layout = 1, which ONNX Runtime cannot run`);
  if (node.int('input_forget', 0) !== 0)
    throw foreign('its LSTM has its input and forget gates coupled (the attribute input_forget)');
  const peepholes = node.opType === 'LSTM' ? node.optionalKnown(7, 'peephole weights') : undefined;
  if (peepholes && !holdsOnly(peepholes, 0, node.budget))
    throw foreign("its LSTM's gates look at its memory (the input P), and those of Heed's do not");
}

function cellOfNode(node: NodeReader): CellName {
  if (node.opType === 'LSTM') return 'lstm';
  if (node.opType === 'RNN') return 'rnn';
  return node.int('linear_before_reset', 0) !== 0 ? 'gru-reset-after' : 'gru';
}

function readWeights(node: NodeReader, cell: CellName): OnnxLayer {
  const gates = ONNX_GATES[cell].length;
  const weights = node.known(1, 'weights');
  const recurrentWeights = node.known(2, 'recurrent weights');
  const biases = node.optionalKnown(3, 'biases');
  const [directions, rows, inputSize] = numericDims(weights);
  const hiddenSize = node.int('hidden_size', (rows ?? 0) / gates);
  const sizes = (tensor: KnownTensor): string => tensor.dims.join('×');
  const fits =
    directions === 1 &&
    Number.isInteger(hiddenSize) &&
    hiddenSize > 0 &&
    inputSize !== undefined &&
    inputSize > 0 &&
    sizes(weights) === `1×${gates * hiddenSize}×${inputSize}` &&
    sizes(recurrentWeights) === `1×${gates * hiddenSize}×${hiddenSize}` &&
    (!biases || sizes(biases) === `1×${2 * gates * hiddenSize}`);
  if (!fits)
    throw damaged(
      `the weights of its ${node.opType} have the sizes ${[weights, recurrentWeights, ...(biases ? [biases] : [])].map(sizes).join(', ')}, which fit no layer of ${hiddenSize} units`,
    );
  return {
    cell,
    weights: floatsOf(weights, node.budget),
    recurrentWeights: floatsOf(recurrentWeights, node.budget),
    biases: biases ? floatsOf(biases, node.budget) : new Float32Array(2 * gates * hiddenSize),
    inputSize,
    hiddenSize,
  };
}

function checkLengthsAndStart(node: NodeReader, input: Activation, frames: Axis, hiddenSize: number): void {
  const lengths = node.optionalKnown(4, 'sequence lengths');
  if (lengths && !holdsOnly(lengths, axisSize(input, frames, node.inputSizes), node.budget))
    throw foreign(`its ${node.opType} hears only a part of each sequence (the input sequence_lens)`);
  const starts = [node.optionalKnown(5, 'initial states')];
  if (node.opType === 'LSTM') starts.push(node.optionalKnown(6, 'initial memory'));
  for (const start of starts) {
    if (start && (start.dims.length !== 3 || start.dims[0] !== 1 || start.dims[2] !== hiddenSize))
      throw damaged(`its ${node.opType} of ${hiddenSize} units starts from states of the size ${start.dims.join('×')}`);
    if (start && !holdsOnly(start, 0, node.budget))
      throw foreign(`its ${node.opType} starts from a state of its own, and Heed's start from zero`);
  }
}
