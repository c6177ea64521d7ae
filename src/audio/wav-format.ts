import { HeedError } from '../errors.ts';

/** How a WAV file codes its samples. */
export type WavEncoding = 'pcm' | 'float';

/** What a `fmt ` chunk says, once it is known to be something that can be read. */
export interface WavFormat {
  readonly encoding: WavEncoding;
  /** Bits per sample as stored: 8, 16, 24 or 32 for PCM (8 is unsigned), 32 or 64 for float. */
  readonly bitsPerSample: number;
  readonly channelCount: number;
  readonly sampleRateHz: number;
}

/** The rates that Heed takes, in Hz. */
export const LOWEST_SAMPLE_RATE_HZ = 8_000;
export const HIGHEST_SAMPLE_RATE_HZ = 192_000;

const PCM_TAG = 0x0001;
const FLOAT_TAG = 0x0003;
const EXTENSIBLE_TAG = 0xfffe;

/** Bytes of a `fmt ` chunk up to bits per sample, and with the extra part of WAVE_FORMAT_EXTENSIBLE. */
const BASIC_LENGTH = 16;
const EXTENSIBLE_LENGTH = 40;

/** The rest of a sub-format GUID after its two tag bytes: 0000-0010-8000-00AA00389B71. */
const SUB_FORMAT_TAIL = [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71];

/** Codings that people do meet in .wav files and that Heed does not read, by their format tag. */
const CODING_NAMES: Readonly<Record<number, string>> = {
  0x0002: 'Microsoft ADPCM',
  0x0006: 'A-law',
  0x0007: 'µ-law',
  0x0011: 'IMA ADPCM',
  0x0031: 'GSM 6.10',
  0x0050: 'MPEG audio',
  0x0055: 'MP3',
  0x00ff: 'AAC',
  0x0161: 'Windows Media Audio',
  0x2000: 'AC-3',
};

/**
 * Reads the body of a `fmt ` chunk.
 *
 * @param view  of the whole file
 * @param start  where the body begins, in bytes
 * @param length  bytes of the body that are in the file
 * @param warnings  receives a sentence for each thing that was read in spite of the header
 * @throws {HeedError} `wav-format` where the header is cut off, contradicts itself or names a coding that Heed does not
 *   read; `sound-invalid` for a sampling rate outside 8–192 kHz
 * @see Microsoft, "Multiple channel audio data and WAVE files" (WAVEFORMATEXTENSIBLE)
 */
export function readWavFormat(
  view: DataView,
  start: number,
  length: number,
  name: string,
  warnings: string[],
): WavFormat {
  const refuse = (what: string): never => {
    throw new HeedError('wav-format', `${name} cannot be read: ${what}; nothing was changed.`);
  };
  if (length < BASIC_LENGTH)
    refuse(
      `its format header, at byte ${start}, has ${length} of at least ${BASIC_LENGTH} bytes, so the recording is cut off`,
    );
  const channelCount = view.getUint16(start + 2, true);
  const sampleRateHz = view.getUint32(start + 4, true);
  const blockLength = view.getUint16(start + 12, true);
  const bitsPerSample = view.getUint16(start + 14, true);

  let tag = view.getUint16(start, true);
  if (tag === EXTENSIBLE_TAG) {
    if (length >= EXTENSIBLE_LENGTH) {
      if (SUB_FORMAT_TAIL.some((byte, i) => view.getUint8(start + 26 + i) !== byte))
        refuse(`its extended format header, at byte ${start + 24}, names a coding that is not known`);
      tag = view.getUint16(start + 24, true);
    } else {
      tag = bitsPerSample === 64 ? FLOAT_TAG : PCM_TAG;
      warnings.push(
        `${name} does not say how its samples are coded: its format header lacks its extended part. They were read as ${describe(tag, bitsPerSample)}.`,
      );
    }
  }
  const encoding = encodingOf(tag);
  if (!encoding)
    return refuse(
      `it is coded as ${CODING_NAMES[tag] ?? 'something unknown'} (format ${hexadecimal(tag)} at byte ${start}), and Heed reads PCM and floating point; convert it to 16-bit PCM`,
    );
  const readable = encoding === 'pcm' ? [8, 16, 24, 32] : [32, 64];
  if (!readable.includes(bitsPerSample))
    refuse(
      `it has ${bitsPerSample} bits per sample (byte ${start + 14}), and Heed reads ${readable.join(', ')} in ${encoding === 'pcm' ? 'PCM' : 'floating-point'} files`,
    );
  if (channelCount === 0) refuse(`its header names 0 channels (byte ${start + 2})`);
  if (sampleRateHz < LOWEST_SAMPLE_RATE_HZ || sampleRateHz > HIGHEST_SAMPLE_RATE_HZ)
    throw new HeedError(
      'sound-invalid',
      `${name} cannot be used: its sampling rate is ${sampleRateHz} Hz (byte ${start + 4}), and Heed takes 8,000 to 192,000 Hz; nothing was changed.`,
    );
  const expectedLength = (channelCount * bitsPerSample) / 8;
  if (blockLength !== expectedLength)
    warnings.push(
      `${name} contradicts itself: its header gives ${blockLength} bytes for a sample of all channels (byte ${start + 12}), while ${channelCount} × ${bitsPerSample} bits make ${expectedLength}. It was read with ${expectedLength}.`,
    );
  return { encoding, bitsPerSample, channelCount, sampleRateHz };
}

function encodingOf(tag: number): WavEncoding | undefined {
  if (tag === PCM_TAG) return 'pcm';
  if (tag === FLOAT_TAG) return 'float';
  return undefined;
}

function describe(tag: number, bitsPerSample: number): string {
  return `${bitsPerSample}-bit ${tag === PCM_TAG ? 'PCM' : 'floating point'}`;
}

function hexadecimal(tag: number): string {
  return `0x${tag.toString(16).padStart(4, '0')}`;
}
