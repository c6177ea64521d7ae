import { HeedError } from '../errors.ts';
import type { Sound } from './sound.ts';

/** How to code the samples of a WAV file; 16-bit PCM where nothing is said. */
export type WavWriteOptions =
  | { readonly encoding?: 'pcm'; readonly bitsPerSample?: 8 | 16 | 24 | 32 }
  | { readonly encoding: 'float'; readonly bitsPerSample?: 32 | 64 };

/**
 * A WAV file with one channel.
 *
 * PCM samples are rounded to the nearest step and clipped at full scale; floating point is written as it is. What
 * {@link readWav} reads from a PCM file is written back to the same bytes.
 *
 * @returns the whole file
 * @throws {HeedError} `sound-invalid` for a sample that is not finite or a rate that a WAV header cannot hold
 */
export function writeWav(sound: Sound, options: WavWriteOptions = {}): Uint8Array {
  const { samples, sampleRateHz } = sound;
  const float = options.encoding === 'float';
  const bitsPerSample = options.bitsPerSample ?? (float ? 32 : 16);
  if (!Number.isInteger(sampleRateHz) || sampleRateHz < 1 || sampleRateHz > 0xffff_ffff)
    throw new HeedError('sound-invalid', `A WAV file cannot have a sampling rate of ${sampleRateHz} Hz.`);
  const width = bitsPerSample / 8;
  const dataLength = samples.length * width;
  const padding = dataLength % 2;

  const chunks = float
    ? // Anything but PCM says how long its (empty) extra part is and how many samples there are.
      { format: 18, fact: 12 }
    : { format: 16, fact: 0 };
  const dataStart = 12 + 8 + chunks.format + chunks.fact + 8;
  const bytes = new Uint8Array(dataStart + dataLength + padding);
  const view = new DataView(bytes.buffer);
  writeText(view, 0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  writeText(view, 8, 'WAVEfmt ');
  view.setUint32(16, chunks.format, true);
  view.setUint16(20, float ? 3 : 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRateHz, true);
  view.setUint32(28, sampleRateHz * width, true);
  view.setUint16(32, width, true);
  view.setUint16(34, bitsPerSample, true);
  if (float) {
    writeText(view, 38, 'fact');
    view.setUint32(42, 4, true);
    view.setUint32(46, samples.length, true);
  }
  writeText(view, dataStart - 8, 'data');
  view.setUint32(dataStart - 4, dataLength, true);

  const write = float ? floatWriter(view, bitsPerSample) : pcmWriter(view, bitsPerSample);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i]!;
    if (!Number.isFinite(sample))
      throw new HeedError('sound-invalid', `Sample ${i} of this sound is ${sample}, so no file was made of it.`);
    write(dataStart + i * width, sample);
  }
  return bytes;
}

/** The largest sound that a WAV file's header can count, in bytes. */
const MAX_DATA_LENGTH = 0xffff_ffff - 36;

/**
 * The header of a WAV file of 16-bit PCM, one channel, whose samples are written behind it piece by piece.
 * @throws {HeedError} `sound-invalid` where that is more than a WAV file can hold (4 GB), or for an impossible rate
 */
export function pcm16WavHeader(sampleCount: number, sampleRateHz: number): Uint8Array {
  const dataLength = 2 * sampleCount;
  if (dataLength > MAX_DATA_LENGTH)
    throw new HeedError(
      'sound-invalid',
      `A WAV file cannot hold ${sampleCount.toLocaleString('en')} samples of 16 bits; make a shorter one.`,
    );
  const header = writeWav({ samples: new Float32Array(0), sampleRateHz });
  const view = new DataView(header.buffer);
  view.setUint32(4, header.length - 8 + dataLength, true);
  view.setUint32(header.length - 4, dataLength, true);
  return header;
}

/**
 * Samples ±1 as the bytes of 16-bit PCM, as {@link writeWav} codes them.
 * @throws {HeedError} `sound-invalid` for a sample that is not finite
 */
export function pcm16Bytes(samples: Float32Array): Uint8Array {
  const file = writeWav({ samples, sampleRateHz: 1 });
  return file.subarray(file.length - 2 * samples.length);
}

function floatWriter(view: DataView, bitsPerSample: number): (position: number, sample: number) => void {
  return bitsPerSample === 32
    ? (position, sample) => view.setFloat32(position, sample, true)
    : (position, sample) => view.setFloat64(position, sample, true);
}

function pcmWriter(view: DataView, bitsPerSample: number): (position: number, sample: number) => void {
  const fullScale = 2 ** (bitsPerSample - 1);
  const step = (sample: number): number =>
    Math.max(-fullScale, Math.min(fullScale - 1, Math.round(sample * fullScale)));
  if (bitsPerSample === 8) return (position, sample) => view.setUint8(position, step(sample) + 0x80);
  if (bitsPerSample === 16) return (position, sample) => view.setInt16(position, step(sample), true);
  if (bitsPerSample === 24)
    return (position, sample) => {
      const value = step(sample);
      view.setUint16(position, value & 0xffff, true);
      view.setInt8(position + 2, value >> 16);
    };
  return (position, sample) => view.setInt32(position, step(sample), true);
}

function writeText(view: DataView, position: number, text: string): void {
  for (let i = 0; i < text.length; i++) view.setUint8(position + i, text.charCodeAt(i));
}
