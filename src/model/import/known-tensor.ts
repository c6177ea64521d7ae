import { damaged, foreign } from './obstacle.ts';

/** One axis of the graph's input; as a size: however long a run makes that axis. */
export type InputAxis = `axis ${number}`;

/** A size: a number, or that of an input's axis where each run chooses it. */
export type Size = number | InputAxis;

/**
 * A tensor whose values do not depend on what the network hears: weights, axes, shapes, states to begin with. It is a
 * view: element [i, j, …] is data[offset + i·strides[0] + j·strides[1] + …]. So a tensor of a size that only a run knows
 * can be written down (one value, strides 0), and one that is declared huge takes no memory.
 */
export interface KnownTensor {
  readonly kind: 'known';
  readonly dims: readonly Size[];
  /** 0 along every axis whose size is not a number. */
  readonly strides: readonly number[];
  readonly offset: number;
  /** Numbers; in shapes, also sizes that a run chooses. */
  readonly data: ArrayLike<Size>;
}

/** How many float32 numbers may still be copied. What a file makes us copy stays in proportion to what it holds. */
export class CopyBudget {
  #left: number;

  constructor(elements: number) {
    this.#left = elements;
  }

  /** @throws {Obstacle} where a graph asks for more than any model of its size needs */
  spend(elements: number): void {
    this.#left -= elements;
    if (!(this.#left >= 0)) throw damaged('its constants unfold to more than the file holds');
  }
}

/** A tensor of these dimensions over its values in row-major order. */
export function tensorOf(dims: readonly number[], data: ArrayLike<Size>): KnownTensor {
  return { kind: 'known', dims, strides: rowMajorStrides(dims), offset: 0, data };
}

/** A tensor of any size that holds one value everywhere. */
export function filled(dims: readonly Size[], value: Size): KnownTensor {
  return { kind: 'known', dims, strides: dims.map(() => 0), offset: 0, data: [value] };
}

/** A list of sizes, as Shape gives it. */
export function listOf(values: readonly Size[]): KnownTensor {
  return tensorOf([values.length], values);
}

export function scalarOf(value: Size): KnownTensor {
  return tensorOf([], [value]);
}

function rowMajorStrides(dims: readonly number[]): number[] {
  const strides = new Array<number>(dims.length);
  let stride = 1;
  for (let axis = dims.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= dims[axis]!;
  }
  return strides;
}

/** A negative axis counts from the end. @throws {Obstacle} where there is no such axis */
export function axisOf(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(normal) || normal < 0 || normal >= rank)
    throw damaged(`a node names axis ${axis} of a tensor that has ${rank}`);
  return normal;
}

/** The dimensions as numbers. @throws {Obstacle} where one is chosen by each run */
export function numericDims(tensor: KnownTensor): number[] {
  return tensor.dims.map((size) => {
    if (typeof size !== 'number') throw foreign('a tensor that should be constant has a size that each run chooses');
    return size;
  });
}

/** A copied element of any kind takes more memory than a float32. */
const COST_OF_ELEMENT = 4;

/** Elements in row-major order, copied. @throws {Obstacle} where there are more than the budget allows */
export function elementsOf(tensor: KnownTensor, budget: CopyBudget): Size[] {
  const dims = numericDims(tensor);
  budget.spend(COST_OF_ELEMENT * countOf(dims));
  const values: Size[] = [];
  visit(tensor, dims, (value) => values.push(value));
  return values;
}

/**
 * Elements in row-major order as float32, in the memory that holds them where they lie in one piece.
 * @throws {Obstacle} where one is not a finite number, or there are more to copy than the budget allows
 */
export function floatsOf(tensor: KnownTensor, budget: CopyBudget): Float32Array {
  const values = packedFloats(tensor, budget);
  if (!values.every(Number.isFinite)) throw damaged('its weights contain something that is no finite number');
  return values;
}

function packedFloats(tensor: KnownTensor, budget: CopyBudget): Float32Array {
  const dims = numericDims(tensor);
  const { data, offset } = tensor;
  const count = countOf(dims);
  const inOnePiece = rowMajorStrides(dims).every((stride, axis) => dims[axis] === 1 || stride === tensor.strides[axis]);
  if (data instanceof Float32Array && inOnePiece) return data.subarray(offset, offset + count);
  budget.spend(count);
  const values = new Float32Array(count);
  let at = 0;
  visit(tensor, dims, (value) => (values[at++] = Number(value)));
  return values;
}

function countOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

/** Calls `each` with every element in row-major order. */
function visit({ strides, offset, data }: KnownTensor, dims: readonly number[], each: (value: Size) => void): void {
  if (dims.includes(0)) return;
  const index = new Array<number>(dims.length).fill(0);
  let at = offset;
  for (;;) {
    each(data[at]!);
    let axis = dims.length - 1;
    for (; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++index[axis]! < dims[axis]!) break;
      at -= strides[axis]! * dims[axis]!;
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

/** Whether every element is `value`; looks at each value that is stored only once. */
export function holdsOnly(tensor: KnownTensor, value: Size, budget: CopyBudget): boolean {
  // Along an axis of stride 0 nothing changes.
  const dims = tensor.dims.map((size, axis) => (tensor.strides[axis] === 0 && size !== 0 ? 1 : size));
  const distinct = numericDims({ ...tensor, dims });
  budget.spend(countOf(distinct));
  let only = true;
  visit(tensor, distinct, (element) => (only &&= element === value));
  return only;
}

/** The only element of a tensor. @throws {Obstacle} where there are more or none */
export function singleElement(tensor: KnownTensor): Size {
  if (tensor.dims.some((size) => size !== 1)) throw damaged('a node takes a list where it needs one number');
  return tensor.data[tensor.offset]!;
}

export function permute(tensor: KnownTensor, order: readonly number[]): KnownTensor {
  return {
    ...tensor,
    dims: order.map((axis) => tensor.dims[axis]!),
    strides: order.map((axis) => tensor.strides[axis]!),
  };
}

/** Without the axes named; each must have the size 1. */
export function dropAxes(tensor: KnownTensor, axes: readonly number[]): KnownTensor {
  for (const axis of axes)
    if (tensor.dims[axis] !== 1) throw damaged(`Squeeze removes an axis of size ${tensor.dims[axis]}`);
  const kept = tensor.dims.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  return permute(tensor, kept);
}

/** With axes of size 1 at these places of the result. */
export function insertAxes(tensor: KnownTensor, places: readonly number[]): KnownTensor {
  const dims = [...tensor.dims];
  const strides = [...tensor.strides];
  for (const place of [...places].sort((a, b) => a - b)) {
    dims.splice(place, 0, 1);
    strides.splice(place, 0, 0);
  }
  return { ...tensor, dims, strides };
}

/** `count` elements along one axis from `start` on, every `step`-th. */
export function sliceAxis(tensor: KnownTensor, axis: number, start: number, count: number, step: number): KnownTensor {
  const stride = tensor.strides[axis]!;
  return {
    ...tensor,
    dims: tensor.dims.with(axis, count),
    strides: tensor.strides.with(axis, stride * step),
    offset: count > 0 ? tensor.offset + start * stride : tensor.offset,
  };
}

/** The tensors one after the other along an axis, copied. */
export function concatenate(tensors: readonly KnownTensor[], axis: number, budget: CopyBudget): KnownTensor {
  const sizes = tensors.map(numericDims);
  const first = sizes[0]!;
  const same = sizes.every(
    (dims) => dims.length === first.length && dims.every((size, i) => i === axis || size === first[i]),
  );
  if (!same) throw damaged('Concat joins tensors whose sizes do not fit');
  const dims = first.with(
    axis,
    sizes.reduce((sum, size) => sum + size[axis]!, 0),
  );
  // Rows of each tensor up to the axis, in turn.
  const outer = countOf(first.slice(0, axis));
  const parts = tensors.map((tensor) => packedElements(tensor, budget));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const floats = parts.every((part) => part instanceof Float32Array);
  budget.spend(floats ? total : COST_OF_ELEMENT * total);
  const data: Size[] | Float32Array = floats ? new Float32Array(total) : new Array<Size>(total);
  let at = 0;
  for (let row = 0; row < outer; row++)
    for (const part of parts) {
      const length = part.length / outer;
      for (let i = 0; i < length; i++) data[at++] = part[row * length + i] as number;
    }
  return tensorOf(dims, data);
}

function packedElements(tensor: KnownTensor, budget: CopyBudget): Float32Array | Size[] {
  return tensor.data instanceof Float32Array ? packedFloats(tensor, budget) : elementsOf(tensor, budget);
}

/** The same elements in other dimensions. */
export function reshaped(tensor: KnownTensor, dims: readonly number[], budget: CopyBudget): KnownTensor {
  const count = countOf(numericDims(tensor));
  if (countOf(dims) !== count) throw damaged(`Reshape makes a tensor of ${dims.join('×')} from ${count} numbers`);
  return tensorOf(dims, packedElements(tensor, budget));
}

/** As large as both sizes together, where either may be 1. */
export function broadcastSize(a: Size, b: Size): Size {
  if (a === b || b === 1) return a;
  if (a === 1) return b;
  throw damaged(`two tensors of sizes ${a} and ${b} are to be combined`);
}

/** The tensor spread over larger dimensions, as Expand does: nothing is copied. */
export function expanded(tensor: KnownTensor, shape: readonly Size[]): KnownTensor {
  const rank = Math.max(tensor.dims.length, shape.length);
  const wide = insertAxes(
    tensor,
    Array.from({ length: rank - tensor.dims.length }, (_, i) => i),
  );
  const target = [...new Array<Size>(rank - shape.length).fill(1), ...shape];
  const dims = wide.dims.map((size, axis) => broadcastSize(size, target[axis]!));
  return { ...wide, dims, strides: wide.strides.map((stride, axis) => (wide.dims[axis] === 1 ? 0 : stride)) };
}
