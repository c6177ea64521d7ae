import { loudestWindowStart } from '../audio/level.ts';
import { resample } from '../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../audio/sound.ts';
import { findWavChunks } from '../audio/wav-chunks.ts';
import { readWav } from '../audio/wav-read.ts';
import { HeedError } from '../errors.ts';
import { findWordSpan, type WordSpan } from './word-span.ts';

/** Of a longer recording, this much around its loudest moment is kept in memory. */
const MAX_CLIP_SECONDS = 10;
/** The loudest window is looked for every 10 ms. */
const WINDOW_STEP = HEED_SAMPLE_RATE_HZ / 100;

/** A recording kept for training: 16 kHz, 16 bit, so that forty thousand of them fit in memory. */
export interface Clip {
  /** `[samples]`, full scale is ±32768 */
  readonly samples: Int16Array;
  /** Where the window with the word begins. */
  readonly windowStart: number;
  /** Where the word lies within that window. */
  readonly word: WordSpan;
}

/** A WAV file at Heed's rate, and which window of it a model classifies. */
export interface DecodedClip {
  /** `[samples]` at 16 kHz */
  readonly samples: Float32Array;
  /** The start of the loudest window; 0 where the clip is no longer than one. */
  readonly windowStart: number;
}

/**
 * Decodes a WAV file to 16 kHz, `[samples]`.
 * @throws {HeedError} wav-format or sound-invalid, naming the file
 */
export async function decodeRecording(bytes: Uint8Array, name: string): Promise<Float32Array> {
  const { sound } = readWav(bytes, name);
  return (await resample(sound, HEED_SAMPLE_RATE_HZ)).samples;
}

/**
 * Decodes a WAV file for training or measuring.
 * @param windowLength  samples of the model's window
 * @throws {HeedError} wav-format or sound-invalid, naming the file
 */
export async function decodeClip(bytes: Uint8Array, name: string, windowLength: number): Promise<DecodedClip> {
  const samples = await decodeRecording(bytes, name);
  const windowStart = samples.length > windowLength ? loudestWindowStart(samples, windowLength, WINDOW_STEP) : 0;
  return { samples, windowStart };
}

/**
 * Refuses a recording to train on that has lost more than a tenth of itself: likely its word is among what is missing.
 * Measuring does not ask: there a clip counts as it is heard.
 * @throws {HeedError} wav-format, naming the file
 */
export function refuseCutOff(bytes: Uint8Array, name: string): void {
  const { data } = findWavChunks(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), name);
  if (data.promisedLength !== undefined && data.length < 0.9 * data.promisedLength)
    throw new HeedError(
      'wav-format',
      `${name} is cut off: it holds ${data.length} of ${data.promisedLength} bytes of sound, so its word may be missing; record it again.`,
    );
}

/** Quantises a decoded clip to 16 bit; of a long one only ten seconds around its window are kept. */
export function packClip(decoded: DecodedClip, windowLength: number): Clip {
  const maxLength = MAX_CLIP_SECONDS * HEED_SAMPLE_RATE_HZ;
  const margin = Math.max(0, Math.floor((maxLength - windowLength) / 2));
  const from = decoded.samples.length > maxLength ? Math.max(0, decoded.windowStart - margin) : 0;
  const samples = toInt16(decoded.samples.subarray(from, from + maxLength));
  const windowStart = decoded.windowStart - from;
  return { samples, windowStart, word: findWordSpan(samples, windowStart, windowLength) };
}

/**
 * Room for so many 16-bit samples that other threads may read where they are: the native core then needs no copy of the
 * sounds it trains on. Shared memory is never given away or moved.
 */
export function sharedSamples(length: number): Int16Array {
  return new Int16Array(new SharedArrayBuffer(length * Int16Array.BYTES_PER_ELEMENT));
}

/** ±1 to 16 bit, rounded and limited; in shared memory, see `sharedSamples`. */
export function toInt16(samples: Float32Array): Int16Array {
  const packed = sharedSamples(samples.length);
  for (let i = 0; i < samples.length; i++)
    packed[i] = Math.max(-32_768, Math.min(32_767, Math.round(samples[i]! * 32_768)));
  return packed;
}
