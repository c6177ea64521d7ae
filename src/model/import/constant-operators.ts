import type { Value } from './activation.ts';
import { sizesOf } from './axis-operators.ts';
import { knownTensor, typeName } from './initialiser.ts';
import {
  broadcastSize,
  elementsOf,
  expanded,
  filled,
  type KnownTensor,
  listOf,
  numericDims,
  scalarOf,
  type Size,
  tensorOf,
} from './known-tensor.ts';
import { type NodeReader, numeric } from './node-reader.ts';
import { damaged, foreign } from './obstacle.ts';
import { TensorProto_DataType as DataType } from '../onnx/onnx_pb.ts';

/** Operators that make or compute constants: the first states, the sizes they need, the axes of others. */

export function constant(node: NodeReader): KnownTensor {
  const tensor = node.tensor('value');
  if (tensor) return knownTensor(tensor);
  if (node.has('value_float')) return scalarOf(node.float('value_float', 0));
  if (node.has('value_int')) return scalarOf(node.int('value_int', 0));
  if (node.has('value_ints')) return listOf(node.ints('value_ints', []));
  const floats = node.floats('value_floats');
  if (floats) return tensorOf([floats.length], Float32Array.from(floats));
  throw foreign('a Constant holds something that is no number');
}

/** The sizes of a value; those that a run chooses stay names. */
export function shape(node: NodeReader): KnownTensor {
  const sizes = sizesOf(node.input(0), node);
  const end = node.has('end') ? node.int('end', 0) : sizes.length;
  return listOf(sizes.slice(node.int('start', 0), end));
}

export function constantOfShape(node: NodeReader): KnownTensor {
  const tensor = node.tensor('value');
  const value = tensor ? elementsOf(knownTensor(tensor), node.budget)[0] : 0;
  return filled(checkedSizes(node.list(0, 'sizes')), value ?? 0);
}

export function expand(node: NodeReader): KnownTensor {
  return expanded(node.known(0, 'contents'), checkedSizes(node.list(1, 'sizes')));
}

/** Only of what is the same everywhere, as the first states are. */
export function tile(node: NodeReader): KnownTensor {
  const tensor = node.known(0, 'contents');
  const repeats = node.list(1, 'repeats');
  if (repeats.length !== tensor.dims.length) throw damaged('Tile repeats more axes than there are');
  const dims = tensor.dims.map((size, axis): Size => {
    const repeat = repeats[axis]!;
    if (repeat === 1) return size;
    if (size !== 1) throw foreign('Tile repeats an axis that is longer than one');
    return repeat;
  });
  return expanded(tensor, checkedSizes(dims));
}

export function range(node: NodeReader): KnownTensor {
  const [start, limit, delta] = [0, 1, 2].map((index) => numeric(node.list(index, 'bounds')[0] ?? 0, 'Range'));
  const count = Math.max(0, Math.ceil((limit! - start!) / delta!));
  if (!Number.isFinite(count)) throw damaged('Range has no end');
  node.budget.spend(count);
  return listOf(Array.from({ length: count }, (_, i) => start! + i * delta!));
}

export function cast(node: NodeReader): Value {
  const value = node.input(0);
  const to = node.int('to', 0);
  if (value.kind !== 'known') {
    if (to !== DataType.FLOAT && to !== DataType.DOUBLE)
      throw foreign(`Cast makes ${typeName(to)} numbers of its activations, and Heed computes in float32`);
    return value;
  }
  if (to === DataType.FLOAT || to === DataType.DOUBLE) return value;
  if (to !== DataType.INT64 && to !== DataType.INT32 && to !== DataType.BOOL)
    throw foreign(`Cast makes ${typeName(to)} numbers, which have no place in a recurrent classifier`);
  const convert = (element: Size): Size =>
    typeof element !== 'number' ? element : to === DataType.BOOL ? Number(element !== 0) : Math.trunc(element);
  return mapped(node, [value], ([element]) => convert(element!));
}

export function where(node: NodeReader): KnownTensor {
  const inputs = [0, 1, 2].map((index) => node.known(index, 'inputs'));
  return mapped(node, inputs, ([condition, yes, no]) => (condition === 0 ? no! : yes!));
}

export function equal(node: NodeReader): KnownTensor {
  const inputs = [0, 1].map((index) => node.known(index, 'inputs'));
  return mapped(node, inputs, ([a, b]) => {
    // A size that a run chooses is no negative number; of another it cannot be told.
    const known = (typeof a === 'number') === (typeof b === 'number') || Number(a) < 0 || Number(b) < 0;
    if (!known) throw foreign('Equal depends on how long the input is');
    return Number(a === b);
  });
}

/** Add, Sub, Mul and Div of constants. */
export function arithmetic(node: NodeReader): KnownTensor {
  const inputs = [0, 1].map((index) => node.known(index, 'inputs'));
  const compute = {
    Add: (a: number, b: number) => a + b,
    Sub: (a: number, b: number) => a - b,
    Mul: (a: number, b: number) => a * b,
    Div: (a: number, b: number) => a / b,
  }[node.opType]!;
  return mapped(node, inputs, ([a, b]) => {
    if (typeof a === 'number' && typeof b === 'number') return compute(a, b);
    if (b === 1 && (node.opType === 'Mul' || node.opType === 'Div')) return a!;
    if (a === 1 && node.opType === 'Mul') return b!;
    throw foreign(`${node.opType} computes with how long the input is`);
  });
}

/** A function of the elements of tensors that are spread over each other. */
function mapped(
  node: NodeReader,
  tensors: readonly KnownTensor[],
  compute: (elements: readonly Size[]) => Size,
): KnownTensor {
  let dims: Size[] = [];
  for (const tensor of tensors) {
    const rank = Math.max(dims.length, tensor.dims.length);
    const padded = (sizes: readonly Size[]): Size[] => [...new Array<Size>(rank - sizes.length).fill(1), ...sizes];
    const [a, b] = [padded(dims), padded(tensor.dims)];
    dims = a.map((size, axis) => broadcastSize(size, b[axis]!));
  }
  // What is the same everywhere stays so, whatever its size.
  if (tensors.every((tensor) => tensor.strides.every((stride) => stride === 0)))
    return filled(dims, compute(tensors.map((tensor) => tensor.data[tensor.offset]!)));
  const columns = tensors.map((tensor) => elementsOf(expanded(tensor, dims), node.budget));
  return tensorOf(
    numericDims({ ...tensors[0]!, dims }),
    columns[0]!.map((_, i) => compute(columns.map((column) => column[i]!))),
  );
}

/** Sizes that a tensor can have. */
function checkedSizes(sizes: readonly Size[]): Size[] {
  if (sizes.length > 8) throw damaged(`it makes a tensor of ${sizes.length} dimensions`);
  return sizes.map((size) => {
    if (typeof size === 'number' && !(Number.isInteger(size) && size >= 0 && size <= 2 ** 31))
      throw damaged(`it makes a tensor with a dimension of ${size}`);
    return size;
  });
}
