import type { OnnxGru } from '../gru-conversion.ts';
import { type Activation, type Axis, axisSize, channelsOf, type Value } from './activation.ts';
import { floatsOf, holdsOnly, type KnownTensor, numericDims } from './known-tensor.ts';
import type { NodeReader } from './node-reader.ts';
import { damaged, foreign } from './obstacle.ts';

const MAX_LAYERS = 64;

/**
 * One GRU node on the input or on the states of the layer before: its states `[frames, directions, batch, units]` and its
 * last state `[directions, batch, units]`.
 * @throws {Obstacle} for what Heed's recurrence cannot do: two directions, other activations, clipping, sequences of
 *   different lengths, a first state that is not zero, weights computed while it runs
 * @see https://onnx.ai/onnx/operators/onnx__GRU.html
 */
export function readGru(node: NodeReader): Value[] {
  const input = node.activation(0);
  if (input.axes.length !== 3) throw damaged(`its GRU is fed a tensor of ${input.axes.length} axes`);
  if (input.pooling || input.head || input.softmax) throw node.misplaced();
  refuseOtherRecurrences(node);
  const gru = readWeights(node);
  const first = input.layers.length === 0;
  const [frames, batch, channels] = input.axes as [Axis, Axis, Axis];
  const given = first ? axisSize(input, channels, node.inputSizes) : channelsOf(input);
  if (typeof given === 'number' && given !== gru.inputSize)
    throw damaged(`its GRU takes ${gru.inputSize} numbers per frame, and is fed ${given}`);
  const roles = input.roles ?? { frames, batch };
  if (frames === 'one' || channels === 'one' || roles.frames !== frames || roles.batch !== batch)
    throw foreign('its GRU runs along an axis that is not the frames');
  if (!first && channels !== 'channels') throw foreign('its GRU runs over another axis than the units before');
  if (first && input.scaling.axis !== undefined && input.scaling.axis !== channels)
    throw foreign('its input is normalised along another axis than the coefficients');
  checkLengthsAndStart(node, input, frames, gru.hiddenSize);

  if (input.layers.length >= MAX_LAYERS) throw foreign(`it has more than ${MAX_LAYERS} GRU layers`);
  const states: Activation = {
    ...input,
    axes: [frames, 'one', batch, 'channels'],
    layers: [...input.layers, gru],
    roles,
  };
  return [states, { ...states, axes: ['one', batch, 'channels'], pooling: 'last' }];
}

function refuseOtherRecurrences(node: NodeReader): void {
  const direction = node.string('direction', 'forward');
  if (direction !== 'forward') throw foreign(`its GRU is ${direction}, and live sound can only be heard forward`);
  const activations = node.strings('activations') ?? ['Sigmoid', 'Tanh'];
  if (activations.join(' ').toLowerCase() !== 'sigmoid tanh')
    throw foreign(`its GRU has the activations ${activations.join(' and ')}, and Heed's are Sigmoid and Tanh`);
  if (node.has('clip')) throw foreign('its GRU clips its sums (the attribute clip)');
  if (node.int('layout', 0) !== 0) throw foreign('its GRU has the attribute layout = 1, which ONNX Runtime cannot run');
}

function readWeights(node: NodeReader): OnnxGru {
  const weights = node.known(1, 'weights');
  const recurrentWeights = node.known(2, 'recurrent weights');
  const biases = node.optionalKnown(3, 'biases');
  const [directions, rows, inputSize] = numericDims(weights);
  const hiddenSize = node.int('hidden_size', (rows ?? 0) / 3);
  const sizes = (tensor: KnownTensor): string => tensor.dims.join('×');
  const fits =
    directions === 1 &&
    Number.isInteger(hiddenSize) &&
    hiddenSize > 0 &&
    inputSize !== undefined &&
    inputSize > 0 &&
    sizes(weights) === `1×${3 * hiddenSize}×${inputSize}` &&
    sizes(recurrentWeights) === `1×${3 * hiddenSize}×${hiddenSize}` &&
    (!biases || sizes(biases) === `1×${6 * hiddenSize}`);
  if (!fits)
    throw damaged(
      `the weights of its GRU have the sizes ${[weights, recurrentWeights, ...(biases ? [biases] : [])].map(sizes).join(', ')}, which fit no layer of ${hiddenSize} units`,
    );
  return {
    weights: floatsOf(weights, node.budget),
    recurrentWeights: floatsOf(recurrentWeights, node.budget),
    biases: biases ? floatsOf(biases, node.budget) : new Float32Array(6 * hiddenSize),
    inputSize,
    hiddenSize,
    linearBeforeReset: node.int('linear_before_reset', 0) !== 0,
  };
}

function checkLengthsAndStart(node: NodeReader, input: Activation, frames: Axis, hiddenSize: number): void {
  const lengths = node.optionalKnown(4, 'sequence lengths');
  if (lengths && !holdsOnly(lengths, axisSize(input, frames, node.inputSizes), node.budget))
    throw foreign('its GRU hears only a part of each sequence (the input sequence_lens)');
  const start = node.optionalKnown(5, 'initial states');
  if (start && (start.dims.length !== 3 || start.dims[0] !== 1 || start.dims[2] !== hiddenSize))
    throw damaged(`its GRU of ${hiddenSize} units starts from states of the size ${start.dims.join('×')}`);
  if (start && !holdsOnly(start, 0, node.budget))
    throw foreign("its GRU starts from a state of its own, and Heed's start from zero");
}
