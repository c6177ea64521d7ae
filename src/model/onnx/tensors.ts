import { create } from '@bufbuild/protobuf';
import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';
import { malformed, unsupported } from './refusal.ts';

/** An initialiser: float32 values in row-major order, as little-endian bytes. */
export function floatTensor(name: string, dimensions: readonly number[], values: ArrayLike<number>): TensorProto {
  const rawData = new Uint8Array(values.length * 4);
  const view = new DataView(rawData.buffer);
  for (let i = 0; i < values.length; i++) view.setFloat32(i * 4, values[i]!, true);
  return create(TensorProtoSchema, {
    name,
    dims: dimensions.map(BigInt),
    dataType: TensorProto_DataType.FLOAT,
    rawData,
  });
}

/** An initialiser of whole numbers, such as the axes of a Squeeze. */
export function int64Tensor(name: string, values: readonly number[]): TensorProto {
  const rawData = new Uint8Array(values.length * 8);
  const view = new DataView(rawData.buffer);
  values.forEach((value, i) => view.setBigInt64(i * 8, BigInt(value), true));
  return create(TensorProtoSchema, {
    name,
    dims: [BigInt(values.length)],
    dataType: TensorProto_DataType.INT64,
    rawData,
  });
}

/** A float32 input or output of the graph; a dimension is a size, or the name of one that each run chooses. */
export function floatValue(name: string, dimensions: readonly (number | string)[], docString: string): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    docString,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: TensorProto_DataType.FLOAT,
          shape: {
            dim: dimensions.map((size) => ({
              value:
                typeof size === 'string'
                  ? { case: 'dimParam' as const, value: size }
                  : { case: 'dimValue' as const, value: BigInt(size) },
            })),
          },
        },
      },
    },
  });
}

/**
 * Checks that a tensor holds exactly the float32 values that its place in the graph asks for, without copying any.
 * @throws {HeedError} model-format, model-unsupported
 */
export function checkFloatTensor(tensor: TensorProto, dimensions: readonly number[], file: string): void {
  checkTensor(tensor, TensorProto_DataType.FLOAT, dimensions, file);
  const present = tensor.floatData.length > 0 ? tensor.floatData.length : tensor.rawData.length / 4;
  checkLength(tensor, present, tensor.floatData.length > 0 && tensor.rawData.length > 0, dimensions, file);
}

/** The same for whole numbers in eight bits. @throws {HeedError} model-format, model-unsupported */
export function checkInt8Tensor(tensor: TensorProto, dimensions: readonly number[], file: string): void {
  checkTensor(tensor, TensorProto_DataType.INT8, dimensions, file);
  checkLength(tensor, tensor.rawData.length, tensor.int32Data.length > 0, dimensions, file);
}

function checkTensor(
  tensor: TensorProto,
  type: TensorProto_DataType,
  dimensions: readonly number[],
  file: string,
): void {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0)
    throw unsupported(file, `it keeps ${tensor.name} in another file, and Heed reads a model from one file`);
  if (tensor.dataType !== type)
    throw unsupported(
      file,
      `${tensor.name} is not made of ${type === TensorProto_DataType.INT8 ? 'int8' : 'float32'} numbers`,
    );
  const same =
    tensor.dims.length === dimensions.length && dimensions.every((size, i) => tensor.dims[i] === BigInt(size));
  if (!same)
    throw malformed(
      file,
      `${tensor.name} claims the size ${tensor.dims.slice(0, 8).join('×')}, where its network has ${dimensions.join('×')}`,
    );
}

function checkLength(
  tensor: TensorProto,
  present: number,
  twice: boolean,
  dimensions: readonly number[],
  file: string,
): void {
  const length = lengthOf(dimensions);
  if (present !== length || twice)
    throw malformed(file, `${tensor.name} promises ${length} numbers, but the file holds ${present}`);
}

function lengthOf(dimensions: readonly number[]): number {
  return dimensions.reduce((product, size) => product * size, 1);
}

/**
 * The values of an int8 tensor of the given dimensions, copied out of the file.
 * @throws {HeedError} model-format, model-unsupported
 */
export function int8Values(tensor: TensorProto, dimensions: readonly number[], file: string): Int8Array {
  checkInt8Tensor(tensor, dimensions, file);
  return Int8Array.from(tensor.rawData);
}

/**
 * The values of a float32 tensor of the given dimensions, copied out of the file.
 * @throws {HeedError} model-format (also for NaN and infinity), model-unsupported
 */
export function floatValues(tensor: TensorProto, dimensions: readonly number[], file: string): Float32Array {
  checkFloatTensor(tensor, dimensions, file);
  const values = new Float32Array(lengthOf(dimensions));
  if (tensor.floatData.length > 0) values.set(tensor.floatData);
  else {
    const { buffer, byteOffset, byteLength } = tensor.rawData;
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true);
  }
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i])) throw malformed(file, `${tensor.name} contains ${String(values[i])}`);
  return values;
}
