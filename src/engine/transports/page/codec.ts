import { decode, encode, ExtensionCodec } from '@msgpack/msgpack';
import { MAX_MESSAGE_BYTES } from './wire.ts';

/** Application types of the MessagePack extension format: sound and features travel as the bytes they are. */
const FLOAT32_ARRAY = 1;
const INT16_ARRAY = 2;

const extensionCodec = new ExtensionCodec();

extensionCodec.register({
  type: FLOAT32_ARRAY,
  encode: (value) => (value instanceof Float32Array ? bytesOf(value) : null),
  decode: (bytes) => new Float32Array(aligned(bytes, Float32Array.BYTES_PER_ELEMENT)),
});

extensionCodec.register({
  type: INT16_ARRAY,
  encode: (value) => (value instanceof Int16Array ? bytesOf(value) : null),
  decode: (bytes) => new Int16Array(aligned(bytes, Int16Array.BYTES_PER_ELEMENT)),
});

const decodeLimits = {
  maxStrLength: MAX_MESSAGE_BYTES,
  maxBinLength: MAX_MESSAGE_BYTES,
  maxExtLength: MAX_MESSAGE_BYTES,
  // Lengths are promises that a short message cannot keep; these keep a lie from allocating much.
  maxArrayLength: 100_000,
  maxMapLength: 10_000,
};

/** A message as MessagePack; Float32Array and Int16Array keep their type (little-endian), `undefined` fields are left out. */
export function encodeMessage(message: unknown): Uint8Array<ArrayBuffer> {
  return encode(message, { extensionCodec, ignoreUndefined: true });
}

/** @throws {Error} where the bytes are not one MessagePack value, or promise more than a message may hold */
export function decodeMessage(bytes: ArrayLike<number> | ArrayBufferView | ArrayBufferLike): unknown {
  return decode(bytes, { extensionCodec, ...decodeLimits });
}

function bytesOf(array: Float32Array | Int16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A copy that starts at a whole element: extension data may lie anywhere in a message. */
function aligned(bytes: Uint8Array, bytesPerElement: number): ArrayBuffer {
  if (bytes.byteLength % bytesPerElement !== 0) {
    throw new RangeError(`an array of ${bytes.byteLength} bytes does not divide into elements of ${bytesPerElement}`);
  }
  return new Uint8Array(bytes).buffer; // not slice(): a Node Buffer's shares its memory
}
