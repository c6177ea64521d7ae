import { loudestWindowStart } from '../audio/level.ts';
import { resample } from '../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ, type Sound } from '../audio/sound.ts';
import { HeedError } from '../errors.ts';
import { clipFrames } from '../features/clip-features.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import { featureHash, windowLength } from '../features/settings.ts';
import type { ComputeBackend } from '../nn/network.ts';
import { createFrameClassifier, type FrameClassifier } from './frame-classifier.ts';
import type { Model } from './model.ts';

/** What one clip of sound was taken for. */
export interface ClipRecognition {
  /** The label with the highest posterior. */
  readonly label: string;
  /** Its posterior, 0…1. */
  readonly score: number;
  /** The posterior of every label. */
  readonly scores: Readonly<Record<string, number>>;
  /** What was done to the sound to hear it at all, in sentences. */
  readonly warnings: readonly string[];
}

/** A model that listens to clips: sound in, posteriors out. */
export interface ClipRecogniser extends FrameClassifier {
  /**
   * Posteriors `[C]` of the first window of a clip at 16 kHz; a shorter clip is followed by silence.
   * @throws {HeedError} sound-invalid where a sample is not finite
   */
  posteriors(samples16k: Float32Array): Float32Array;
  /**
   * Recognises a sound of any rate and length. Of a sound longer than the model's window, the loudest part is taken.
   * @throws {HeedError} sound-invalid where there is no sample, one is not finite, or the rate is impossible
   */
  classifySound(sound: Sound): Promise<ClipRecognition>;
}

/** Shorter sounds than this hold no spoken word; the shortest in Speech Commands last about 200 ms. */
const SHORTEST_WORD_MS = 100;

/** How finely the loudest part of a long sound is looked for, in samples: every 10 ms. */
export const SEARCH_STEP_LENGTH = HEED_SAMPLE_RATE_HZ / 100;

/**
 * Makes a model ready to recognise clips.
 * @throws {HeedError} feature-mismatch where the extractor makes other features than those the model was trained with
 */
export function createClipRecogniser(model: Model, backend: ComputeBackend, extractor: FrameExtractor): ClipRecogniser {
  if (featureHash(extractor.settings) !== featureHash(model.features))
    throw new HeedError(
      'feature-mismatch',
      `This model was trained with other features (${featureHash(model.features)}) than it was offered ` +
        `(${featureHash(extractor.settings)}), and would mishear everything; choose a model made for these, or train anew.`,
    );
  const classifier = createFrameClassifier(model, backend);
  const posteriors = (samples16k: Float32Array): Float32Array =>
    classifier.posteriorsOfFrames(clipFrames(samples16k, extractor).values);
  return {
    ...classifier,
    posteriors,
    classifySound: async (sound) => {
      checkSound(sound);
      const { samples } = await resample(sound, HEED_SAMPLE_RATE_HZ);
      const { window, warnings } = chooseWindow(samples, windowLength(model.features));
      return recognition(model.labels, posteriors(window), warnings);
    },
  };
}

function checkSound({ samples }: Sound): void {
  if (samples.length === 0)
    throw new HeedError(
      'sound-invalid',
      'There is no sound to recognise: it has no samples. Record or choose another.',
    );
  const position = samples.findIndex((sample) => !Number.isFinite(sample));
  if (position !== -1)
    throw new HeedError(
      'sound-invalid',
      `This sound cannot be recognised: its sample ${position} is ${String(samples[position])}. Record or choose another.`,
    );
}

/** Where the part of a 16 kHz sound begins that is recognised: its loudest window of so many samples. */
export function heardWindowStart(samples: Float32Array, length: number): number {
  return loudestWindowStart(samples, length, SEARCH_STEP_LENGTH);
}

/** The part of a 16 kHz sound to classify, and what to tell about the choice. */
function chooseWindow(samples: Float32Array, length: number): { window: Float32Array; warnings: string[] } {
  const durationMs = (1000 * samples.length) / HEED_SAMPLE_RATE_HZ;
  if (durationMs < SHORTEST_WORD_MS)
    return {
      window: samples,
      warnings: [`The sound lasts only ${durationMs.toFixed(0)} ms, too short for a word; it was padded with silence.`],
    };
  if (samples.length <= length) return { window: samples, warnings: [] };
  const start = heardWindowStart(samples, length);
  const seconds = (count: number): string => (count / HEED_SAMPLE_RATE_HZ).toFixed(2);
  return {
    window: samples.subarray(start, start + length),
    warnings: [
      `The sound lasts ${seconds(samples.length)} s and the model hears ${seconds(length)} s at once: only the loudest ` +
        `part, from ${seconds(start)} s on, was recognised; \`heed listen\` hears all of it.`,
    ],
  };
}

function recognition(labels: readonly string[], posteriors: Float32Array, warnings: string[]): ClipRecognition {
  let best = 0;
  for (let i = 1; i < posteriors.length; i++) if (posteriors[i]! > posteriors[best]!) best = i;
  return {
    label: labels[best]!,
    score: posteriors[best]!,
    scores: Object.fromEntries(labels.map((label, i) => [label, posteriors[i]!])),
    warnings,
  };
}
