import { type Activation, channelsOf, type Head, type InputScaling, type Value } from './activation.ts';
import { poolFrames } from './axis-operators.ts';
import { arithmetic } from './constant-operators.ts';
import { axisOf, floatsOf, type KnownTensor, numericDims, permute } from './known-tensor.ts';
import { type NodeReader, numeric } from './node-reader.ts';
import { damaged, foreign } from './obstacle.ts';

/** Operators before the first recurrent layer (the normaliser) and behind the last one (pooling, dense layer, softmax). */

/** Add, Sub, Mul or Div of an activation and a constant: a normaliser, or the bias of the dense layer. */
export function elementwise(node: NodeReader): Value {
  const [a, b] = [node.input(0), node.input(1)];
  if (a.kind === 'known' && b.kind === 'known') return arithmetic(node);
  const commutes = node.opType === 'Add' || node.opType === 'Mul';
  if (a.kind === 'activation' && b.kind === 'known') return combine(node, a, b);
  if (commutes && a.kind === 'known' && b.kind === 'activation') return combine(node, b, a);
  throw foreign(`${node.opType} joins activations, and Heed has one chain of layers`);
}

function combine(node: NodeReader, activation: Activation, constant: KnownTensor): Activation {
  if (activation.layers.length === 0) return scale(node, activation, constant);
  const { head } = activation;
  if (node.opType !== 'Add' || !head || activation.softmax) throw node.misplaced();
  const along = spreadAlong(node, activation, constant);
  if (along.values.length !== 1 && along.axis !== 'channels') throw node.misplaced();
  const bias = head.bias.map((value, i) => value + (along.values[along.values.length === 1 ? 0 : i] ?? Number.NaN));
  return { ...activation, head: { weights: head.weights, bias } };
}

/** The scaling of the input, composed with one more step: its mean and deviation as (x − mean) / deviation. */
function scale(node: NodeReader, activation: Activation, constant: KnownTensor): Activation {
  const { axis, values } = spreadAlong(node, activation, constant);
  const before = activation.scaling;
  if (axis !== undefined && before.axis !== undefined && axis !== before.axis)
    throw foreign('its input is normalised along two axes');
  const length = Math.max(values.length, before.mean.length);
  const of = (list: Float32Array | Float64Array, i: number): number => list[list.length === 1 ? 0 : i] ?? Number.NaN;
  const [mean, deviation] = [new Float64Array(length), new Float64Array(length)];
  for (let i = 0; i < length; i++) {
    const [m, d, c] = [of(before.mean, i), of(before.deviation, i), of(values, i)];
    mean[i] = node.opType === 'Sub' ? m + c * d : node.opType === 'Add' ? m - c * d : m;
    deviation[i] = node.opType === 'Div' ? d * c : node.opType === 'Mul' ? d / c : d;
  }
  const scaling: InputScaling = { axis: axis ?? before.axis, mean, deviation };
  return { ...activation, scaling };
}

/** A constant that differs along one axis of the activation at most, and that axis. */
function spreadAlong(
  node: NodeReader,
  { axes }: Activation,
  constant: KnownTensor,
): { axis: Activation['axes'][0] | undefined; values: Float32Array } {
  const dims = numericDims(constant);
  const long = dims.flatMap((size, place) => (size === 1 ? [] : [place]));
  if (dims.length > axes.length || long.length > 1)
    throw foreign(`${node.opType} combines its activations with a constant of ${dims.join('×')} numbers`);
  const values = floatsOf(constant, node.budget);
  if (long.length === 0) return { axis: undefined, values };
  return { axis: axes[long[0]! + axes.length - dims.length]!, values };
}

/** A dense layer without bias: states times a constant matrix `[units, classes]`. */
export function matMul(node: NodeReader): Value {
  const [a, b] = [node.input(0), node.input(1)];
  if (a.kind !== 'activation') throw node.misplaced();
  if (b.kind !== 'known') throw foreign('the weights of its MatMul are computed while it runs');
  return withHead(node, a, permuteMatrix(b), 1);
}

/** A dense layer: alpha·A·B + beta·C. */
export function gemm(node: NodeReader): Value {
  const input = node.activation(0);
  if (node.int('transA', 0) !== 0) throw foreign('its Gemm turns its activations (the attribute transA)');
  const matrix = node.known(1, 'weights');
  const weights = node.int('transB', 0) !== 0 ? matrix : permuteMatrix(matrix);
  const dense = withHead(node, input, weights, node.float('alpha', 1));
  const bias = node.optionalKnown(2, 'biases');
  if (!bias) return dense;
  const head = dense.head!;
  const values = floatsOf(bias, node.budget);
  if (values.length !== head.bias.length && values.length !== 1)
    throw damaged(`its Gemm has ${values.length} biases for ${head.bias.length} classes`);
  const beta = node.float('beta', 1);
  return {
    ...dense,
    head: { ...head, bias: head.bias.map((_, i) => beta * values[values.length === 1 ? 0 : i]!) },
  };
}

function permuteMatrix(matrix: KnownTensor): KnownTensor {
  if (matrix.dims.length !== 2) throw foreign(`a dense layer has weights of ${matrix.dims.join('×')} numbers`);
  return permute(matrix, [1, 0]);
}

/** @param weights  `[classes, units]` */
function withHead(node: NodeReader, input: Activation, weights: KnownTensor, factor: number): Activation {
  if (input.layers.length === 0)
    throw foreign(`${node.opType} stands before the first recurrent layer, and Heed's takes the features`);
  if (input.head) throw foreign(`a second dense layer follows the first (${node.opType}), and Heed has one`);
  if (input.softmax || input.axes.at(-1) !== 'channels') throw node.misplaced();
  const [classes, units] = numericDims(weights);
  if (weights.dims.length !== 2 || units !== channelsOf(input) || !classes)
    throw damaged(`a dense layer of ${weights.dims.join('×')} weights follows ${channelsOf(input)} units`);
  const values = floatsOf(weights, node.budget);
  const head: Head = {
    weights: factor === 1 ? values : values.map((value) => factor * value),
    bias: new Float32Array(classes),
  };
  return { ...input, head };
}

/** Softmax or LogSoftmax over the classes; the logits before it are what Heed keeps. */
export function softmax(node: NodeReader): Value {
  const input = node.activation(0);
  const axis = axisOf(node.int('axis', -1), input.axes.length);
  if (!input.head || !input.pooling || input.axes[axis] !== 'channels' || axis !== input.axes.length - 1)
    throw node.misplaced();
  return { ...input, softmax: true };
}

/** The mean over the frames. */
export function reduceMean(node: NodeReader): Value {
  const input = node.activation(0);
  const axes = node.axes(1)?.map((axis) => axisOf(axis, input.axes.length)) ?? input.axes.map((_, axis) => axis);
  const pooled = meanOver(node, input, axes);
  if (node.int('keepdims', 1) !== 0) return pooled;
  return { ...pooled, axes: pooled.axes.filter((_, axis) => !axes.includes(axis)) };
}

/** The mean over all axes from the third on, which are kept at size one. */
export function globalAveragePool(node: NodeReader): Value {
  const input = node.activation(0);
  return meanOver(node, input, input.axes.map((_, axis) => axis).slice(2));
}

function meanOver(node: NodeReader, input: Activation, axes: readonly number[]): Activation {
  const averaged = axes.map((axis) => input.axes[axis]!).filter((axis) => axis !== 'one');
  if (averaged.length !== 1 || averaged[0] !== input.roles?.frames)
    throw foreign(`${node.opType} takes the mean of something other than the frames`);
  return poolFrames(node, input, 'mean');
}

/** What changes nothing when a network is used: Identity, and Dropout outside of training. */
export function identity(node: NodeReader): Value {
  const training = node.opType === 'Dropout' ? node.optionalKnown(2, 'training mode') : undefined;
  if (training && numeric(floatsOf(training, node.budget)[0] ?? 0, 'Dropout') !== 0)
    throw foreign('its Dropout is set to training; export the network for use (eval mode)');
  return node.input(0);
}
