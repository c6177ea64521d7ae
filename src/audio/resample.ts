import type * as LibSampleRate from '@alexanderolsen/libsamplerate-js';
import { HeedError } from '../errors.ts';
import type { Sound } from './sound.ts';
import { HIGHEST_SAMPLE_RATE_HZ, LOWEST_SAMPLE_RATE_HZ } from './wav-format.ts';

/** Changes the rate of a sound that arrives in chunks of any size. */
export interface StreamResampler {
  readonly fromHz: number;
  readonly toHz: number;
  /** Takes the next samples and returns those that are ready (perhaps none); about 3 ms lag behind. Keeps no reference. */
  push(samples: Float32Array): Float32Array;
  /** The rest, with silence after the last sample; what is pushed afterwards begins a new sound. */
  flush(): Float32Array;
}

type Library = Pick<typeof LibSampleRate, 'create' | 'ConverterType'>;
type Converter = Awaited<ReturnType<Library['create']>>;

/**
 * Samples given to the library at a time: it drops or garbles input beyond a million samples, and between two pieces of
 * a long sound others get their turn.
 */
const PIECE_LENGTH = 8_192;

/** Present in Node, in browsers and in workers, though not part of the language. */
declare function setTimeout(callback: () => void, delayMs: number): unknown;

let library: Promise<Library> | undefined;

/** The library holds 2 MB of filter tables and takes about 0.1 s to load, so it is loaded when first needed. */
function loadLibrary(): Promise<Library> {
  library ??= import('@alexanderolsen/libsamplerate-js').then((module: Library & { default?: Library }) =>
    // It is CommonJS: Node puts its exports under `default`, a bundler beside it.
    module.default?.create ? module.default : module,
  );
  return library;
}

/**
 * A resampler for a stream; constant memory (26 MB, the library's own heap), nothing loaded where the rates are equal.
 *
 * By libsamplerate's medium sinc: to 16 kHz, flat within 0.3 dB up to 7 kHz, and whatever lay above 8 kHz at least
 * 100 dB down. Its delay is made up for: a click stays at its time. The output of a whole stream has
 * ⌈samples · toHz / fromHz⌉ samples and does not depend on the chunks.
 *
 * @throws {HeedError} `sound-invalid` where a rate is not a whole number of Hz from 8,000 to 192,000
 * @see Smith, "Digital Audio Resampling Home Page"; de Castro Lopo, libsamplerate (SRC_SINC_MEDIUM_QUALITY)
 */
export async function createStreamResampler(fromHz: number, toHz: number): Promise<StreamResampler> {
  checkRate(fromHz);
  checkRate(toHz);
  if (fromHz === toHz) return { fromHz, toHz, push: (samples) => samples.slice(), flush: () => new Float32Array(0) };
  const { create, ConverterType } = await loadLibrary();
  return new LibrarySampleRateStream(
    await create(1, fromHz, toHz, { converterType: ConverterType.SRC_SINC_MEDIUM_QUALITY }),
    fromHz,
    toHz,
  );
}

/**
 * The whole sound at another rate: what {@link createStreamResampler} makes of it, ⌈samples · toHz / fromHz⌉ samples.
 * Others get their turn during a long one, and the memory is that of the result.
 *
 * @returns the same object where it has that rate already
 * @throws {HeedError} `sound-invalid` as there
 */
export async function resample(sound: Sound, toHz: number): Promise<Sound> {
  const { samples, sampleRateHz: fromHz } = sound;
  if (fromHz === toHz) return sound;
  const resampler = await borrowResampler(fromHz, toHz);
  const result = new Float32Array(resampledLength(samples.length, fromHz, toHz));
  let written = 0;
  for (let start = 0; start < samples.length; start += PIECE_LENGTH) {
    if (start > 0 && start % (4 * PIECE_LENGTH) === 0) await new Promise<void>((resolve) => setTimeout(resolve, 0));
    const piece = resampler.push(samples.subarray(start, start + PIECE_LENGTH));
    result.set(piece, written);
    written += piece.length;
  }
  result.set(resampler.flush(), written);
  idle = resampler;
  return { samples: result, sampleRateHz: toHz };
}

/** The resampler of the last whole sound, kept because importing a folder asks for the same one again and again. */
let idle: StreamResampler | undefined;

async function borrowResampler(fromHz: number, toHz: number): Promise<StreamResampler> {
  if (idle?.fromHz !== fromHz || idle.toHz !== toHz) return createStreamResampler(fromHz, toHz);
  const borrowed = idle;
  idle = undefined;
  return borrowed;
}

class LibrarySampleRateStream implements StreamResampler {
  readonly fromHz: number;
  readonly toHz: number;
  readonly #converter: Converter;
  #received = 0;
  #produced = 0;

  constructor(converter: Converter, fromHz: number, toHz: number) {
    this.#converter = converter;
    this.fromHz = fromHz;
    this.toHz = toHz;
  }

  push(samples: Float32Array): Float32Array {
    this.#received += samples.length;
    const pieces: Float32Array[] = [];
    for (let start = 0; start < samples.length; start += PIECE_LENGTH)
      pieces.push(this.#converter.full(samples.subarray(start, start + PIECE_LENGTH)));
    const result = joined(pieces);
    this.#produced += result.length;
    return result;
  }

  flush(): Float32Array {
    const missing = resampledLength(this.#received, this.fromHz, this.toHz) - this.#produced;
    const silence = new Float32Array(512);
    const pieces: Float32Array[] = [];
    for (let length = 0; length < missing; length += pieces.at(-1)!.length) pieces.push(this.#converter.full(silence));
    this.#received = 0;
    this.#produced = 0;
    // Setting a rate is how the library is told to forget what it has heard.
    this.#converter.inputSampleRate = this.fromHz;
    return joined(pieces).slice(0, missing);
  }
}

function resampledLength(length: number, fromHz: number, toHz: number): number {
  return Math.ceil((length * toHz) / fromHz);
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  if (pieces.length === 1) return pieces[0]!;
  const result = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let start = 0;
  for (const piece of pieces) {
    result.set(piece, start);
    start += piece.length;
  }
  return result;
}

function checkRate(rateHz: number): void {
  if (!Number.isInteger(rateHz) || rateHz < LOWEST_SAMPLE_RATE_HZ || rateHz > HIGHEST_SAMPLE_RATE_HZ)
    throw new HeedError(
      'sound-invalid',
      `Sound of ${rateHz} Hz cannot be used: Heed takes whole rates from 8,000 to 192,000 Hz.`,
    );
}
