import { HeedError } from '../../errors.ts';
import { createMeydaExtractor } from '../../features/meyda-extractor.ts';
import { windowLength } from '../../features/settings.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import { createRandom } from '../../random.ts';
import { createFrameClassifier } from '../frame-classifier.ts';
import type { Model } from '../model.ts';
import { withOnnxSession } from '../onnx-session.ts';
import { roundedToInt8 } from './exported-model.ts';
import { type ExportSession, FORM_RUNS } from './form-runs.ts';
import { type ExportForm, type ExportSettings, MAX_DIFFERENCE } from './forms.ts';
import { probeSounds } from './probe-sounds.ts';

/** How far an export is from the model it was made of. */
export interface ExportVerification {
  /** The largest difference of any logit from Heed's own: for eight bits, that is what rounding the weights costs. */
  readonly maxDifference: number;
  /** The same from Heed's own network with the export's own weights; for float32, the same number. */
  readonly arithmeticDifference: number;
  /** On so many sounds. */
  readonly soundCount: number;
}

const SEED = 1;
/** Sounds are tried in pairs, as a batch. */
const BATCH = 2;

/**
 * Runs an export in ONNX Runtime beside our own network, on synthesised sounds. Not for worker threads, where ONNX Runtime
 * can abort the process.
 *
 * @param bytes  the file, as `writeExport` made it with these settings
 * @throws {HeedError} export-differs where the two are further apart than the form's bound: the file must not be used
 */
export async function verifyExport(
  bytes: Uint8Array,
  model: Model,
  settings: ExportSettings,
  backend: ComputeBackend,
): Promise<ExportVerification> {
  const verification = await withOnnxSession(bytes, (session) =>
    compareWithHeed({ run: (feeds) => session.run(feeds) }, model, settings, backend),
  );
  const { form } = settings;
  if (verification.arithmeticDifference > MAX_DIFFERENCE[form])
    throw new HeedError(
      'export-differs',
      `The ${form} export was not kept: in ONNX Runtime its answers are up to ${verification.arithmeticDifference.toPrecision(2)} from ` +
        `Heed's own, and ${MAX_DIFFERENCE[form]} is allowed. Nothing was changed; the model itself is as good as before.`,
    );
  return verification;
}

/**
 * Runs an export in any program beside our own network, on synthesised sounds in batches of two: as long as the window, and
 * for the audio form shorter and longer.
 */
export async function compareWithHeed(
  session: ExportSession,
  model: Model,
  { form, int8 }: ExportSettings,
  backend: ComputeBackend,
): Promise<ExportVerification> {
  const { ours: createOurs, theirs } = FORM_RUNS[form];
  const extractor = createMeydaExtractor(model.features);
  const sounds = probeSounds(soundLengths(form, windowLength(model.features)), SEED);
  const ours = createOurs(model, backend, extractor);
  const asWritten = int8 ? createOurs(roundedToInt8(model), backend, extractor) : ours;
  let maxDifference = 0;
  let arithmeticDifference = 0;
  for (let i = 0; i < sounds.length; i += BATCH) {
    const pair = sounds.slice(i, i + BATCH);
    const answers = await theirs(session, model, extractor, pair);
    pair.forEach((sound, row) => {
      arithmeticDifference = Math.max(arithmeticDifference, difference(asWritten(sound), answers[row]!));
      if (int8) maxDifference = Math.max(maxDifference, difference(ours(sound), answers[row]!));
    });
  }
  maxDifference = int8
    ? Math.max(maxDifference, roundingDifference(model, backend) + arithmeticDifference)
    : arithmeticDifference;
  return { maxDifference, arithmeticDifference, soundCount: sounds.length };
}

/** Feature sequences on which the cost of rounding is measured: it varies more from sound to sound than arithmetic does. */
const SEQUENCE_COUNT = 64;

/**
 * The largest difference of any logit that rounding the weights makes in our own network, on windows of random features that
 * glide as speech does, two to three times as far from their mean.
 */
function roundingDifference(model: Model, backend: ComputeBackend): number {
  const exact = createFrameClassifier(model, backend);
  const rounded = createFrameClassifier(roundedToInt8(model), backend);
  let largest = 0;
  for (let sequence = 0; sequence < SEQUENCE_COUNT; sequence++) {
    const frames = glidingFeatures(model, sequence);
    largest = Math.max(largest, difference(exact.logitsOfFrames(frames), rounded.logitsOfFrames(frames)));
  }
  return largest;
}

/** `[windowFrames, coefficients]`, raw MFCCs: each coefficient a first-order autoregression about its mean. */
function glidingFeatures({ features, normaliser }: Model, seed: number): Float32Array {
  const { windowFrames, coefficients } = features;
  const random = createRandom(SEED, `gliding features ${seed}`);
  const values = new Float32Array(windowFrames * coefficients);
  const spread = random.between(2, 3);
  const memory = random.between(0.7, 0.9);
  for (let k = 0; k < coefficients; k++) {
    let value = random.normal();
    for (let frame = 0; frame < windowFrames; frame++) {
      value = memory * value + Math.sqrt(1 - memory * memory) * random.normal();
      values[frame * coefficients + k] = normaliser.mean[k]! + spread * normaliser.deviation[k]! * value;
    }
  }
  return values;
}

/** Lengths of the sounds to try a form on, in samples, two alike each time. */
function soundLengths(form: ExportForm, window: number): number[] {
  const each = (lengths: readonly number[]): number[] => lengths.flatMap((length) => [length, length]);
  switch (form) {
    case 'clip':
      return each(new Array<number>(8).fill(window));
    case 'audio':
      return each(
        [window, 1, 0.3 * window, 0.9 * window, window + 1, 1.5 * window, 2.71 * window, window].map(Math.ceil),
      );
    case 'stream':
    case 'stream-audio':
      return each([window, window]);
  }
}

/** The largest difference of any two numbers in the same place; infinite where one is NaN, which is no agreement. */
function difference(a: Float32Array, b: Float32Array): number {
  let largest = a.length === b.length ? 0 : Infinity;
  a.forEach((value, i) => {
    const distance = Math.abs(value - b[i]!);
    if (!(distance <= largest)) largest = Number.isNaN(distance) ? Infinity : distance;
  });
  return largest;
}
