/** What a test's WAV file is to say about itself; what is left out is as it should be. */
export interface WavDescription {
  readonly tag?: number;
  readonly channelCount?: number;
  readonly sampleRateHz?: number;
  readonly bitsPerSample?: number;
  readonly blockLength?: number;
  /** Follows the sixteen bytes of a plain format header. */
  readonly formatTail?: Uint8Array;
  readonly data?: Uint8Array;
  /** Written instead of the data chunk's true size. */
  readonly dataLength?: number;
  /** Whole chunks before `fmt `, between it and `data`, and after. */
  readonly before?: Uint8Array;
  readonly between?: Uint8Array;
  readonly after?: Uint8Array;
}

/** A WAV file, right or wrong, by hand: an implementation of the format that shares nothing with the one tested. */
export function wavBytes(description: WavDescription = {}): Uint8Array {
  const { tag = 1, channelCount = 1, sampleRateHz = 16_000, bitsPerSample = 16 } = description;
  const blockLength = description.blockLength ?? (channelCount * bitsPerSample) / 8;
  const data = description.data ?? new Uint8Array(0);
  const body = concatenate(
    ascii('WAVE'),
    description.before ?? new Uint8Array(0),
    chunk(
      'fmt ',
      concatenate(
        littleEndian(2, tag, channelCount),
        littleEndian(4, sampleRateHz, sampleRateHz * blockLength),
        littleEndian(2, blockLength, bitsPerSample),
        description.formatTail ?? new Uint8Array(0),
      ),
    ),
    description.between ?? new Uint8Array(0),
    chunk('data', data, description.dataLength),
    description.after ?? new Uint8Array(0),
  );
  return concatenate(ascii('RIFF'), littleEndian(4, body.length), body);
}

/** A chunk with its padding byte; `length` is written instead of the true size when given. */
export function chunk(id: string, body: Uint8Array, length = body.length): Uint8Array {
  return concatenate(ascii(id), littleEndian(4, length), body, new Uint8Array(body.length % 2));
}

/** The extra part of a WAVE_FORMAT_EXTENSIBLE header. */
export function extensibleTail(subFormat: number, validBits: number): Uint8Array {
  const guidTail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];
  return concatenate(
    littleEndian(2, 22, validBits),
    littleEndian(4, 0),
    littleEndian(2, subFormat),
    Uint8Array.from(guidTail),
  );
}

export function littleEndian(width: 1 | 2 | 3 | 4, ...values: number[]): Uint8Array {
  return Uint8Array.from(
    values.flatMap((value) => Array.from({ length: width }, (_, i) => Math.floor(value / 256 ** i) & 0xff)),
  );
}

export function float32(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

export function float64(...values: number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(values).buffer);
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function concatenate(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
