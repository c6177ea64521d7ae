import type { CancelSignal } from '../../cancel.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import { evaluateFolder } from '../../training/evaluate-folder.ts';
import type { ProgressListener } from '../../training/progress.ts';
import { frameMicroseconds } from './frame-time.ts';

/** A model's size, speed and accuracy. */
export interface Weighing {
  readonly hiddenSize: number;
  readonly layerCount: number;
  readonly weights: 'float32' | 'int8';
  /** Of the model's file. */
  readonly bytes: number;
  /** In the network alone, on this computer. */
  readonly frameMicroseconds: number;
  /** On the validation folder, 0 to 1; null without one. */
  readonly accuracy: number | null;
}

/** Where accuracy is measured, if anywhere. */
export interface WeighingOn {
  readonly validation?: string | undefined;
  readonly seed: number;
  readonly cacheFolder?: string | undefined;
}

/** Measures a model. @param file  how it is kept @throws {HeedError} as evaluating on a folder does */
export async function weigh(
  model: Model,
  file: Pick<Weighing, 'weights' | 'bytes'>,
  { validation, seed, cacheFolder }: WeighingOn,
  compute: Compute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<Weighing> {
  const measured =
    validation === undefined
      ? undefined
      : await evaluateFolder({ folder: validation, model, seed, cacheFolder }, compute, onProgress, signal);
  const { hiddenSize, layerCount } = model.shape;
  return {
    ...{ hiddenSize, layerCount, ...file },
    frameMicroseconds: frameMicroseconds(model, compute.backend),
    accuracy: measured?.accuracy ?? null,
  };
}
