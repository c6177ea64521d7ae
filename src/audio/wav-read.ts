import { HeedError } from '../errors.ts';
import type { Sound } from './sound.ts';
import { findWavChunks, type WavChunk } from './wav-chunks.ts';
import { readWavFormat, type WavEncoding, type WavFormat } from './wav-format.ts';

/** A WAV file, read. */
export interface WavReading {
  /** All channels mixed down to one, at the file's own rate. */
  readonly sound: Sound;
  readonly channelCount: number;
  readonly bitsPerSample: number;
  readonly encoding: WavEncoding;
  /** One sentence for each thing that was wrong with the file and could be read all the same. */
  readonly warnings: string[];
}

/**
 * Reads a WAV file: PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64, any number of channels, 8 to 192 kHz.
 *
 * A recording that breaks off is read as far as it goes, with a warning. Full scale becomes ±1 (floating point is taken
 * as it is, and may exceed it); channels are averaged. Memory is bounded by the file's own size, whatever its header
 * promises: one float32 per sample of all channels.
 *
 * @param bytes  the whole file
 * @param name  what to call it in errors and warnings
 * @throws {HeedError} `wav-format` for anything else, saying what was found and at which byte; `sound-invalid` for NaN
 *   and infinite samples and for an impossible rate
 */
export function readWav(bytes: Uint8Array, name: string): WavReading {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const warnings: string[] = [];
  const chunks = findWavChunks(view, name);
  const format = readWavFormat(view, chunks.format.start, chunks.format.length, name, warnings);
  const sampleCount = countSamples(chunks.data, format, name, warnings);
  const samples = mixDown(view, chunks.data.start, sampleCount, format, { name, byte: 0, sample: 0 });
  return {
    sound: { samples, sampleRateHz: format.sampleRateHz },
    channelCount: format.channelCount,
    bitsPerSample: format.bitsPerSample,
    encoding: format.encoding,
    warnings,
  };
}

/** How many whole samples of all channels the file holds, with a warning where that is less than was promised. */
export function countSamples(data: WavChunk, format: WavFormat, name: string, warnings: string[]): number {
  const blockLength = (format.channelCount * format.bitsPerSample) / 8;
  const sampleCount = Math.floor(data.length / blockLength);
  const bytes = (count: number): string => count.toLocaleString('en');
  if (sampleCount === 0)
    throw new HeedError(
      'wav-format',
      `${name} holds no sound: the ${data.length} bytes of its data chunk (byte ${data.start}) do not make one sample; record it again.`,
    );
  const seconds = (sampleCount / format.sampleRateHz).toFixed(2);
  if (data.promisedLength !== undefined && data.promisedLength > data.length)
    warnings.push(
      `${name} is cut off: its header promises ${bytes(data.promisedLength)} bytes of sound, the file holds ${bytes(data.length)}. The ${seconds} s that are there were read.`,
    );
  else if (data.length % blockLength !== 0)
    warnings.push(
      `${name} ends in the middle of a sample: its last ${data.length % blockLength} of ${bytes(data.length)} bytes of sound were left out. The ${seconds} s before them were read.`,
    );
  return sampleCount;
}

/** Which part of a file a view shows, for messages: its first byte, and the number of the sample read first. */
export interface WavPart {
  readonly name: string;
  readonly byte: number;
  readonly sample: number;
}

/**
 * The mean of all channels, `[sampleCount]`.
 * @param start  where the first sample lies in the view, in bytes
 * @throws {HeedError} `sound-invalid` for the first sample not finite
 */
export function mixDown(
  view: DataView,
  start: number,
  sampleCount: number,
  format: WavFormat,
  part: WavPart,
): Float32Array {
  const { channelCount } = format;
  const width = format.bitsPerSample / 8;
  const read = sampleReader(view, format);
  const samples = new Float32Array(sampleCount);
  for (let i = 0, position = start; i < sampleCount; i++) {
    let sum = 0;
    for (let channel = 0; channel < channelCount; channel++, position += width) sum += read(position);
    const mean = sum / channelCount;
    samples[i] = mean;
    if (!Number.isFinite(samples[i]!)) throw notFinite(read, position - channelCount * width, i, format, part);
  }
  return samples;
}

/** A function from a byte position to the sample there, full scale ±1. */
function sampleReader(view: DataView, { encoding, bitsPerSample }: WavFormat): (position: number) => number {
  if (encoding === 'float')
    return bitsPerSample === 32
      ? (position) => view.getFloat32(position, true)
      : (position) => view.getFloat64(position, true);
  if (bitsPerSample === 8) return (position) => (view.getUint8(position) - 0x80) / 0x80;
  if (bitsPerSample === 16) return (position) => view.getInt16(position, true) / 0x8000;
  if (bitsPerSample === 24)
    return (position) => (view.getUint16(position, true) + view.getInt8(position + 2) * 0x1_0000) / 0x80_0000;
  return (position) => view.getInt32(position, true) / 0x8000_0000;
}

function notFinite(
  read: (position: number) => number,
  start: number,
  index: number,
  { channelCount, bitsPerSample, sampleRateHz }: WavFormat,
  { name, byte, sample: firstSample }: WavPart,
): HeedError {
  const positions = Array.from({ length: channelCount }, (_, channel) => start + (channel * bitsPerSample) / 8);
  const channel = Math.max(
    0,
    positions.findIndex((position) => !Number.isFinite(Math.fround(read(position)))),
  );
  const value = read(positions[channel]!);
  const sample = firstSample + index;
  const what = Number.isNaN(value) ? 'not a number (NaN)' : 'infinite or beyond all measure';
  return new HeedError(
    'sound-invalid',
    `${name} holds a sample that is ${what}, at ${(sample / sampleRateHz).toFixed(3)} s (sample ${sample}, channel ${channel + 1}, byte ${byte + positions[channel]!}), so nothing of it was used; save it again from the program that made it.`,
  );
}
