import { DEFAULT_AUGMENT_SETTINGS, type AugmentSettings } from '../../dataset/augment/augment.ts';
import { DEFAULT_FEATURE_SETTINGS, withHop, type FeatureSettings } from '../../features/settings.ts';
import { CLASSIFIER_POOLINGS, type Precision } from '../../nn/network.ts';
import type { TrainTuning } from '../../training/settings.ts';

/** What one trial tries: values by the names of `SEARCH_PARAMETERS`. What is not named stays as training has it. */
export type TrialValues = Readonly<Record<string, number | string>>;

/** A number that can be searched over. */
export interface NumberParameter {
  readonly kind: 'number';
  readonly whole: boolean;
  /** On which scale steps are even. */
  readonly scale: 'linear' | 'logarithmic';
  readonly low: number;
  readonly high: number;
}

/** One of a few values. */
export interface ChoiceParameter {
  readonly kind: 'choice';
  readonly options: readonly (number | string)[];
}

export type SearchParameter = NumberParameter | ChoiceParameter;

const whole = (low: number, high: number, scale: NumberParameter['scale'] = 'linear'): NumberParameter => ({
  ...{ kind: 'number', whole: true, scale, low, high },
});
const real = (low: number, high: number, scale: NumberParameter['scale'] = 'linear'): NumberParameter => ({
  ...{ kind: 'number', whole: false, scale, low, high },
});
const oneOf = (...options: (number | string)[]): ChoiceParameter => ({ kind: 'choice', options });

/** Everything that can be searched over, named as the options of `heed train` where it has one. */
export const SEARCH_PARAMETERS: Readonly<Record<string, SearchParameter>> = Object.freeze({
  hidden: whole(1, 4096, 'logarithmic'),
  layers: whole(1, 8),
  'learning-rate': real(1e-6, 1, 'logarithmic'),
  batch: whole(1, 4096, 'logarithmic'),
  dropout: real(0, 0.9),
  'clip-norm': real(1e-3, 1000, 'logarithmic'),
  pooling: oneOf(...CLASSIFIER_POOLINGS),
  'unknown-weight': real(0.01, 100, 'logarithmic'),
  'silence-weight': real(0.01, 100, 'logarithmic'),
  'naming-share': real(0, 1),
  'cut-words': oneOf('yes', 'no'),
  'splice-words': oneOf('yes', 'no'),
  precision: oneOf('float32', 'bfloat16', 'float16'),
  // features
  'hop-ms': whole(4, 32),
  'frame-length': oneOf(256, 512, 1024),
  'mel-bands': whole(2, 128),
  coefficients: whole(1, 40),
  // augmentation
  'background-share': real(0, 1),
  'lowest-snr-db': real(-20, 30),
  'speed-range': real(0, 0.5),
  'shift-ms': real(0, 500),
  'any-place-share': real(0, 1),
  'neighbour-share': real(0, 1),
  'tilt-range': real(0, 1),
  'lowest-gain-db': real(-40, 0),
  'low-pass-share': real(0, 1),
  'dither-share': real(0, 1),
  'noise-speed-factor': real(1, 4),
  'time-mask-frames': whole(0, 98),
});

/** How a training run differs from the usual one. */
export interface TrialTraining {
  readonly hidden?: number;
  readonly layers?: number;
  readonly batch?: number;
  readonly precision?: Precision;
  readonly tuning: Partial<TrainTuning>;
}

/** What a trial's values mean to the trainer. */
export function trialTraining(values: TrialValues): TrialTraining {
  const number = (name: string): number | undefined => values[name] as number | undefined;
  const given = <Key extends string, Value>(key: Key, value: Value | undefined) =>
    (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
  const features = featuresOf(values);
  const augment = augmentOf(values);
  return {
    ...given('hidden', number('hidden')),
    ...given('layers', number('layers')),
    ...given('batch', number('batch')),
    ...given('precision', values['precision'] as Precision | undefined),
    tuning: {
      ...given('learningRate', number('learning-rate')),
      ...given('dropout', number('dropout')),
      ...given('clipNorm', number('clip-norm')),
      ...given('unknownWeight', number('unknown-weight')),
      ...given('silenceWeight', number('silence-weight')),
      ...given('namingShare', number('naming-share')),
      ...given('cutWords', values['cut-words'] === undefined ? undefined : values['cut-words'] === 'yes'),
      ...given('spliceWords', values['splice-words'] === undefined ? undefined : values['splice-words'] === 'yes'),
      ...given('pooling', values['pooling'] as TrainTuning['pooling'] | undefined),
      ...(features === DEFAULT_FEATURE_SETTINGS ? {} : { features }),
      ...(augment === DEFAULT_AUGMENT_SETTINGS ? {} : { augment }),
    },
  };
}

/** Whether values go together: no more coefficients than mel bands, and no gaps between frames. */
export function isPossible(values: TrialValues): boolean {
  const { coefficients, melBands, hopLength, frameLength } = featuresOf(values);
  return coefficients <= melBands && hopLength <= frameLength;
}

/**
 * Roughly how much work a trial is: the multiply-adds of its layers and of its features over all epochs. Only ratios mean
 * anything.
 */
export function trialCost(values: TrialValues, epochs: number): number {
  const { windowFrames, coefficients, frameLength } = featuresOf(values);
  const hidden = (values['hidden'] as number | undefined) ?? 128;
  const layers = (values['layers'] as number | undefined) ?? 1;
  const layerWork = 3 * hidden * (coefficients + hidden) + (layers - 1) * 6 * hidden * hidden;
  // Three products a weight in training; of a frame's features a transform, and its share of varying the sound.
  const featureWork = frameLength * Math.log2(frameLength) * 4;
  return epochs * windowFrames * (3 * layerWork + featureWork);
}

function featuresOf(values: TrialValues): FeatureSettings {
  const names = ['hop-ms', 'frame-length', 'mel-bands', 'coefficients'];
  if (names.every((name) => values[name] === undefined)) return DEFAULT_FEATURE_SETTINGS;
  const melBands = (values['mel-bands'] as number | undefined) ?? DEFAULT_FEATURE_SETTINGS.melBands;
  return withHop(
    {
      ...DEFAULT_FEATURE_SETTINGS,
      frameLength: (values['frame-length'] as number | undefined) ?? DEFAULT_FEATURE_SETTINGS.frameLength,
      melBands,
      // Where only the bands are named, no more coefficients than they give.
      coefficients:
        (values['coefficients'] as number | undefined) ?? Math.min(DEFAULT_FEATURE_SETTINGS.coefficients, melBands),
    },
    (values['hop-ms'] as number | undefined) ?? 10,
  );
}

function augmentOf(values: TrialValues): AugmentSettings {
  const change: Partial<Record<keyof AugmentSettings, AugmentSettings[keyof AugmentSettings]>> = {};
  const set = (
    name: string,
    key: keyof AugmentSettings,
    to: (value: number) => AugmentSettings[keyof AugmentSettings],
  ) => {
    const value = values[name] as number | undefined;
    if (value !== undefined) change[key] = to(value);
  };
  const { snrDb, gainDb } = DEFAULT_AUGMENT_SETTINGS;
  set('background-share', 'backgroundProbability', (share) => share);
  set('lowest-snr-db', 'snrDb', (low) => [low, Math.max(low, snrDb[1])]);
  set('speed-range', 'playbackRate', (range) => [1 - range, 1 + range]);
  set('shift-ms', 'shiftMs', (most) => [-most, most]);
  set('any-place-share', 'anyPlaceProbability', (share) => share);
  set('neighbour-share', 'neighbourProbability', (share) => share);
  set('lowest-gain-db', 'gainDb', (low) => [low, low < 0 ? gainDb[1] : 0]);
  set('tilt-range', 'tilt', (range) => [-range, range]);
  set('low-pass-share', 'lowPassProbability', (share) => share);
  set('dither-share', 'ditherProbability', (share) => share);
  set('noise-speed-factor', 'noisePlaybackRate', (factor) => factor);
  set('time-mask-frames', 'timeMaskFrames', (frames) => frames);
  return Object.keys(change).length === 0
    ? DEFAULT_AUGMENT_SETTINGS
    : ({ ...DEFAULT_AUGMENT_SETTINGS, ...change } as AugmentSettings);
}
