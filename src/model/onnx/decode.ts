import { type DescMessage, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { type ModelProto, ModelProtoSchema } from './onnx_pb.ts';
import { malformed } from './refusal.ts';

/** Files larger than this are not read: one layer of 4,096 units, the most that training offers, takes 203 MB. */
export const MAX_MODEL_BYTES = 256 * 1024 * 1024;

/** A model of Heed's has a few hundred parts; ten thousand nodes exported from elsewhere still fit. */
const MAX_PARTS = 200_000;
/** Subgraphs inside attributes of nodes of subgraphs …: each level takes three of these. */
const MAX_DEPTH = 32;

/**
 * The protobuf message in an ONNX file. Memory stays in proportion to the file: two bytes can declare a message that
 * takes hundreds once decoded, so the parts are counted, and their nesting measured, before anything is built.
 * Weights kept in other files are not fetched.
 * @throws {HeedError} model-format where the bytes are no ONNX, are cut off, or are built to exhaust the reader
 */
export function decodeOnnx(bytes: Uint8Array, name: string): ModelProto {
  if (bytes.length === 0) throw malformed(name, 'it is empty');
  if (bytes.length > MAX_MODEL_BYTES)
    throw malformed(name, `it has ${bytes.length} bytes, and more than ${MAX_MODEL_BYTES} are not read`);
  let model: ModelProto;
  try {
    countParts(ModelProtoSchema, new BinaryReader(bytes), bytes.length, 0, { parts: 0 });
    model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (error) {
    const why = error instanceof TooManyParts ? error.message : 'its bytes are not ONNX, or are cut off or damaged';
    throw malformed(name, why, error);
  }
  if (!model.graph) throw malformed(name, 'it is not ONNX, or it has lost its graph');
  return model;
}

class TooManyParts extends Error {}

/** Walks the fields up to `end` without building anything. */
function countParts(
  message: DescMessage,
  reader: BinaryReader,
  end: number,
  depth: number,
  count: { parts: number },
): void {
  if (depth > MAX_DEPTH) throw new TooManyParts('its graphs are nested deeper than any real model');
  const spend = (parts: number): void => {
    count.parts += parts;
    if (count.parts > MAX_PARTS) throw new TooManyParts(`it is made of more than ${MAX_PARTS} parts`);
  };
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    // ONNX has no groups; without them, nothing but messages can nest.
    if (wireType === WireType.StartGroup || wireType === WireType.EndGroup) throw new Error('a group');
    spend(1);
    const field = message.fields.find((candidate) => candidate.number === number);
    if (wireType !== WireType.LengthDelimited || !field) {
      reader.skip(wireType, number);
      continue;
    }
    const length = reader.uint32();
    const fieldEnd = reader.pos + length;
    if (fieldEnd > end) throw new RangeError('a field runs past the end of its message');
    if (field.message) {
      countParts(field.message, reader, fieldEnd, depth + 1, count);
      if (reader.pos !== fieldEnd) throw new RangeError('a field runs past the end of its message');
    } else {
      // A packed varint of one byte becomes a number or BigInt of many; packed floats and bytes stay near their size.
      if (field.fieldKind === 'list' && field.scalar !== undefined && GROWING.has(field.scalar)) spend(length);
      reader.pos = fieldEnd;
    }
  }
}

const GROWING: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT32,
  ScalarType.INT64,
  ScalarType.UINT32,
  ScalarType.UINT64,
]);
