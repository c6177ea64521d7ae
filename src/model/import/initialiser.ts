import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType as DataType,
  TensorProto_DataTypeSchema,
} from '../onnx/onnx_pb.ts';
import { type KnownTensor, tensorOf } from './known-tensor.ts';
import { damaged, foreign } from './obstacle.ts';

const MAX_RANK = 8;

/** Refuses a tensor whose values lie in another file: nothing but the one file is read. */
export function refuseExternalData(tensor: TensorProto): void {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0)
    throw foreign(
      `it keeps the tensor ${quoted(tensor.name)} in another file, and only this one is read; save it with its weights inside`,
    );
}

/**
 * The values of an initialiser or a Constant. Its size is believed only as far as the file holds the numbers.
 * @throws {Obstacle} where size and contents disagree, the values lie in another file, or are of a type without a place
 */
export function knownTensor(tensor: TensorProto): KnownTensor {
  refuseExternalData(tensor);
  const dims = tensor.dims.map(Number);
  if (dims.length > MAX_RANK) throw damaged(`its tensor ${quoted(tensor.name)} has ${dims.length} dimensions`);
  const count = dims.reduce((product, size) => product * size, 1);
  const values = valuesOf(tensor);
  if (dims.some((size) => size < 0) || values.length !== count)
    throw damaged(
      `its tensor ${quoted(tensor.name)} claims the size ${tensor.dims.join('×') || '1'}, but holds ${values.length} numbers`,
    );
  return tensorOf(dims, values);
}

/** The numbers that are there. Doubles become float32, as all weights are. */
function valuesOf(tensor: TensorProto): ArrayLike<number> {
  const { rawData: raw, floatData, doubleData, int32Data, int64Data } = tensor;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const fill = <T extends Float32Array | Float64Array | Int32Array>(
    create: (length: number) => T,
    bytes: number,
    at: (offset: number) => number,
  ): T => {
    if (raw.byteLength % bytes !== 0) throw damaged(`its tensor ${quoted(tensor.name)} is cut off`);
    const values = create(raw.byteLength / bytes);
    for (let i = 0; i < values.length; i++) values[i] = at(i * bytes);
    return values;
  };
  const float32 = (length: number): Float32Array => new Float32Array(length);
  const int32 = (length: number): Int32Array => new Int32Array(length);
  switch (tensor.dataType) {
    case DataType.FLOAT:
      return floatData.length > 0 ? Float32Array.from(floatData) : fill(float32, 4, (at) => view.getFloat32(at, true));
    case DataType.DOUBLE:
      return doubleData.length > 0
        ? Float32Array.from(doubleData)
        : fill(float32, 8, (at) => view.getFloat64(at, true));
    case DataType.INT64:
      return int64Data.length > 0
        ? Float64Array.from(int64Data, Number)
        : fill(
            (length) => new Float64Array(length),
            8,
            (at) => Number(view.getBigInt64(at, true)),
          );
    case DataType.INT32:
      return int32Data.length > 0 ? int32Data : fill(int32, 4, (at) => view.getInt32(at, true));
    case DataType.BOOL:
      return int32Data.length > 0 ? int32Data : raw;
    default:
      throw foreign(
        `its tensor ${quoted(tensor.name)} is made of ${typeName(tensor.dataType)} numbers, and float32 ones can be taken`,
      );
  }
}

/** ONNX's name for a type of element. */
export function typeName(type: number): string {
  return TensorProto_DataTypeSchema.values.find((value) => value.number === type)?.name.toLowerCase() ?? `type ${type}`;
}

/** A name out of the file, short enough for a sentence. */
export function quoted(name: string): string {
  return `“${name.length <= 60 ? name : `${name.slice(0, 59)}…`}”`;
}
