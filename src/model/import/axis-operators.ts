import { type Activation, type Axis, axisSize, type Value } from './activation.ts';
import {
  axisOf,
  dropAxes,
  insertAxes,
  type KnownTensor,
  numericDims,
  permute,
  reshaped,
  singleElement,
  type Size,
  sliceAxis,
  concatenate,
  elementsOf,
} from './known-tensor.ts';
import { type NodeReader, numeric } from './node-reader.ts';
import { damaged, foreign } from './obstacle.ts';

/** Operators that reorder, add, remove or pick axes, of constants and of activations alike. */

export function transpose(node: NodeReader): Value {
  const value = notStack(node, node.input(0));
  const rank = rankOf(value);
  const order = node.ints(
    'perm',
    Array.from({ length: rank }, (_, i) => rank - 1 - i),
  );
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => !(axis >= 0 && axis < rank)))
    throw damaged(`Transpose reorders ${rank} axes by ${order.slice(0, 8).join(', ')}`);
  if (value.kind === 'known') return permute(value, order);
  return { ...value, axes: order.map((axis) => value.axes[axis]!) };
}

export function squeeze(node: NodeReader): Value {
  const value = notStack(node, node.input(0));
  const rank = rankOf(value);
  const sizes = sizesOf(value, node);
  const axes =
    node.axes(1)?.map((axis) => axisOf(axis, rank)) ?? sizes.flatMap((size, axis) => (size === 1 ? [axis] : []));
  if (value.kind === 'known') return dropAxes(value, axes);
  for (const axis of axes) if (sizes[axis] !== 1) throw foreign(`Squeeze removes an axis of size ${sizes[axis]}`);
  return { ...value, axes: value.axes.filter((_, axis) => !axes.includes(axis)) };
}

export function unsqueeze(node: NodeReader): Value {
  const value = notStack(node, node.input(0));
  const axes = node.axes(1) ?? [];
  const rank = rankOf(value) + axes.length;
  const places = axes.map((axis) => axisOf(axis, rank)).sort((a, b) => a - b);
  if (rank > 8 || new Set(places).size !== places.length) throw damaged('Unsqueeze adds the same axis twice, or many');
  if (value.kind === 'known') return insertAxes(value, places);
  const widened: Axis[] = [...value.axes];
  for (const place of places) widened.splice(place, 0, 'one');
  return { ...value, axes: widened };
}

export function gather(node: NodeReader): Value {
  const value = node.input(0);
  const indices = node.known(1, 'indices');
  const axis = axisOf(node.int('axis', 0), rankOf(value));
  if (value.kind === 'known') return gatherKnown(node, value, indices, axis);
  // A list of one index keeps the axis.
  const keepsAxis = indices.dims.length === 1;
  if (indices.dims.length > 1) throw node.misplaced();
  const picked = pick(node, value, axis, numeric(singleElement(indices), node.opType));
  return keepsAxis ? picked : withoutAxis(picked, axis);
}

function gatherKnown(node: NodeReader, value: KnownTensor, indices: KnownTensor, axis: number): KnownTensor {
  const size = numeric(value.dims[axis]!, node.opType);
  const at = (index: Size): number => axisOf(numeric(index, node.opType), size);
  if (indices.dims.length === 0) return dropAxes(sliceAxis(value, axis, at(singleElement(indices)), 1, 1), [axis]);
  if (indices.dims.length > 1) throw node.misplaced();
  const places = elementsOf(indices, node.budget).map(at);
  if (places.length === 1) return sliceAxis(value, axis, places[0]!, 1, 1);
  if (places.length === 0) throw damaged('Gather takes nothing');
  return concatenate(
    places.map((place) => sliceAxis(value, axis, place, 1, 1)),
    axis,
    node.budget,
  );
}

/** One index of one axis, the axis kept at size one: a layer out of a stack, the last frame, or the only thing there is. */
function pick(node: NodeReader, value: Exclude<Value, KnownTensor | { kind: 'refused' }>, axis: number, index: number) {
  if (value.kind === 'stack') {
    if (axis !== value.axis) throw node.misplaced();
    return value.items[axisOf(index, value.items.length)]!;
  }
  const name = value.axes[axis]!;
  const size = axisSize(value, name, node.inputSizes);
  const last = index === -1 || (typeof size === 'number' && index === size - 1);
  if (name === value.roles?.frames) {
    if (!last)
      throw foreign(`${node.opType} takes frame ${index}, and Heed's head takes the last frame or the mean of all`);
    return poolFrames(node, value, 'last');
  }
  if (size !== 1 || (index !== 0 && index !== -1))
    throw foreign(`${node.opType} takes a part of an axis that is no time`);
  return value;
}

/** The frames made one: by the last of them, or by their mean. */
export function poolFrames(node: NodeReader, value: Activation, pooling: 'last' | 'mean'): Activation {
  if (!value.roles || value.pooling || value.softmax) throw node.misplaced();
  const { frames } = value.roles;
  return { ...value, pooling, axes: value.axes.map((axis) => (axis === frames ? 'one' : axis)) };
}

function withoutAxis(value: Activation, axis: number): Activation {
  return { ...value, axes: value.axes.toSpliced(axis, 1) };
}

/** The largest numbers that stand for "to the end". */
const END = 2 ** 31 - 1;

export function slice(node: NodeReader): Value {
  let value = node.input(0);
  const attributes = node.has('starts');
  const list = (name: string, index: number): Size[] =>
    attributes ? node.ints(name, []) : node.list(index, `${name} of the Slice`);
  const starts = list('starts', 1);
  const ends = list('ends', 2);
  const axes = node.axes(3) ?? starts.map((_, axis) => axis);
  const steps = node.optional(4) ? node.list(4, 'steps') : starts.map(() => 1);
  if (ends.length !== starts.length || axes.length !== starts.length || steps.length !== starts.length)
    throw damaged('Slice has lists of different lengths');
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, rankOf(value));
    const size = value.kind === 'stack' ? value.items.length : sizesOf(value, node)[axis]!;
    const step = numeric(steps[i]!, 'Slice');
    value = sliceValue(node, value, axis, size, starts[i]!, ends[i]!, step);
  }
  return value;
}

function sliceValue(
  node: NodeReader,
  value: Exclude<Value, { kind: 'refused' }>,
  axis: number,
  size: Size,
  start: Size,
  end: Size,
  step: number,
): Exclude<Value, { kind: 'refused' }> {
  const toEnd = end === size || (typeof end === 'number' && end >= END);
  if (step === 1 && start === 0 && toEnd && value.kind !== 'stack') return value;
  if (typeof size !== 'number') {
    if (value.kind === 'known' || step !== 1 || start !== -1 || !toEnd)
      throw foreign('Slice takes a part of a sequence, and Heed hears all of it');
    return pick(node, value, axis, -1);
  }
  if (value.kind === 'stack' && axis !== value.axis) throw node.misplaced();
  const [from, to] = [start, toEnd ? size : end].map((place) => {
    const number = numeric(place, 'Slice');
    return Math.min(size, Math.max(0, number < 0 ? number + size : number));
  }) as [number, number];
  if (!(step >= 1)) throw foreign(`Slice goes by steps of ${step}`);
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (value.kind === 'known') return sliceAxis(value, axis, from, count, step);
  if (value.kind === 'activation' && count === size && step === 1) return value;
  if (count !== 1) throw foreign('Slice takes a part of a sequence, and Heed hears all of it');
  return pick(node, value, axis, from);
}

export function concat(node: NodeReader): Value {
  const inputs = Array.from({ length: node.inputCount }, (_, index) => node.input(index));
  const first = inputs[0];
  if (!first) throw damaged('Concat joins nothing');
  const axis = axisOf(node.int('axis', 0), rankOf(first));
  if (inputs.length === 1) return first;
  const known = inputs.filter((input) => input.kind === 'known');
  if (known.length === inputs.length) return concatenate(known, axis, node.budget);
  const items = inputs.filter((input) => input.kind === 'activation');
  const joinable = items.length === inputs.length && items.every((item) => item.axes[axis] === 'one');
  if (!joinable) throw foreign('Concat joins activations, and Heed has one chain of layers');
  return { kind: 'stack', axis, items };
}

export function reshape(node: NodeReader): Value {
  const value = notStack(node, node.input(0));
  const wanted = node.has('shape') ? node.ints('shape', []) : node.list(1, 'new sizes');
  if (wanted.length > 8) throw damaged(`Reshape makes a tensor of ${wanted.length} dimensions`);
  const sizes = sizesOf(value, node);
  const target = wanted.map((size, i) => (size === 0 && node.int('allowzero', 0) === 0 ? (sizes[i] ?? 0) : size));
  if (value.kind === 'activation') return reshapeActivation(value, sizes, target);
  const dims = target.map((size) => numeric(size, 'Reshape'));
  const count = numericDims(value).reduce((product, size) => product * size, 1);
  const others = dims.reduce((product, size) => (size === -1 ? product : product * size), 1);
  return reshaped(
    value,
    dims.map((size) => (size === -1 ? count / others : size)),
    node.budget,
  );
}

export function flatten(node: NodeReader): Value {
  const value = node.activation(0);
  const axis = axisOf(node.int('axis', 1), value.axes.length + 1);
  const sizes = sizesOf(value, node);
  const product = (part: readonly Size[]): Size => {
    const others = part.filter((size) => size !== 1);
    if (others.length > 1) throw foreign('Flatten joins the frames and their units into one axis');
    return others[0] ?? 1;
  };
  return reshapeActivation(value, sizes, [product(sizes.slice(0, axis)), product(sizes.slice(axis))]);
}

/** A Reshape that only adds or removes axes of size one; others would mix frames, clips and units. */
function reshapeActivation(value: Activation, sizes: readonly Size[], target: readonly Size[]): Activation {
  const axes: Axis[] = [];
  let next = 0;
  const skipOnes = (): void => {
    while (next < sizes.length && sizes[next] === 1 && value.axes[next] === 'one') next++;
  };
  for (const size of target) {
    skipOnes();
    if (next < sizes.length && (size === sizes[next] || (size === -1 && sizes[next] !== 1)))
      axes.push(value.axes[next++]!);
    else if (size === 1) axes.push('one');
    else if (size === -1 && next < sizes.length) axes.push(value.axes[next++]!);
    else throw foreign('Reshape mixes the frames, the clips or the units');
  }
  skipOnes();
  // What has the size one may vanish, even the clips of a graph made for one.
  while (next < sizes.length && sizes[next] === 1) next++;
  if (next < sizes.length) throw foreign('Reshape mixes the frames, the clips or the units');
  return { ...value, axes };
}

function rankOf(value: Exclude<Value, { kind: 'refused' }>): number {
  if (value.kind === 'known') return value.dims.length;
  return value.kind === 'stack' ? value.items[0]!.axes.length : value.axes.length;
}

/** The sizes of a value that is no stack, as Shape would give them. */
export function sizesOf(value: Exclude<Value, { kind: 'refused' }>, node: NodeReader): readonly Size[] {
  if (value.kind === 'known') return value.dims;
  if (value.kind === 'stack') throw node.misplaced();
  return value.axes.map((axis) => axisSize(value, axis, node.inputSizes));
}

function notStack(node: NodeReader, value: Exclude<Value, { kind: 'refused' }>): KnownTensor | Activation {
  if (value.kind === 'stack') throw node.misplaced();
  return value;
}
