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

/** The numbers that are there: as float32 where they are float32, as numbers where they are whole or double. */
function valuesOf(tensor: TensorProto): Float32Array | number[] {
  const { rawData: raw } = tensor;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const read = (bytes: number, at: (offset: number) => number): number[] => {
    if (raw.byteLength % bytes !== 0) throw damaged(`its tensor ${quoted(tensor.name)} is cut off`);
    return Array.from({ length: raw.byteLength / bytes }, (_, i) => at(i * bytes));
  };
  switch (tensor.dataType) {
    case DataType.FLOAT: {
      if (tensor.floatData.length > 0) return Float32Array.from(tensor.floatData);
      if (raw.byteLength % 4 !== 0) throw damaged(`its tensor ${quoted(tensor.name)} is cut off`);
      const values = new Float32Array(raw.byteLength / 4);
      for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(i * 4, true);
      return values;
    }
    case DataType.DOUBLE:
      return tensor.doubleData.length > 0 ? tensor.doubleData : read(8, (at) => view.getFloat64(at, true));
    case DataType.INT64:
      return tensor.int64Data.length > 0
        ? tensor.int64Data.map(Number)
        : read(8, (at) => Number(view.getBigInt64(at, true)));
    case DataType.INT32:
      return tensor.int32Data.length > 0 ? tensor.int32Data : read(4, (at) => view.getInt32(at, true));
    case DataType.BOOL:
      return tensor.int32Data.length > 0 ? tensor.int32Data : read(1, (at) => view.getUint8(at));
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
