import { hopMs, windowLength } from '../../../features/settings.ts';
import type { Model } from '../../model.ts';
import { type ExportForm, stateSize, tailLength } from '../forms.ts';

/** The numbers that example code needs to feed one model in one form. */
export interface ExampleNumbers {
  readonly form: ExportForm;
  readonly rateHz: number;
  readonly scale: number;
  readonly frame: number;
  readonly hop: number;
  readonly windowFrames: number;
  readonly window: number;
  readonly melBands: number;
  readonly coefficients: number;
  readonly state: number;
  readonly tail: number;
  /** Hops from one live window to the next, as Heed itself listens. */
  readonly stepHops: number;
}

export function exampleNumbers({ features, shape, decision }: Model, form: ExportForm): ExampleNumbers {
  return {
    form,
    rateHz: features.sampleRateHz,
    scale: features.scale,
    frame: features.frameLength,
    hop: features.hopLength,
    windowFrames: features.windowFrames,
    window: windowLength(features),
    melBands: features.melBands,
    coefficients: features.coefficients,
    state: stateSize(shape),
    tail: tailLength(features),
    stepHops: Math.max(1, Math.round(decision.stepMs / hopMs(features))),
  };
}

/** Whether MFCCs go in, which the example then computes itself. */
export function takesFeatures(form: ExportForm): boolean {
  return form === 'clip' || form === 'stream';
}

/** Whether it is fed hop by hop. */
export function isStream(form: ExportForm): boolean {
  return form === 'stream' || form === 'stream-audio';
}
