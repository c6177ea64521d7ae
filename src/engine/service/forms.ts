import type { CancelSignal } from '../../cancel.ts';
import { hopMs, windowLength } from '../../features/settings.ts';
import { measureForms } from '../../lab/bench/export-forms.ts';
import { roundedToInt8 } from '../../model/export/exported-model.ts';
import type { Model } from '../../model/model.ts';
import { evaluateFolder } from '../../training/evaluate-folder.ts';
import type { ProgressListener } from '../../training/progress.ts';
import type { EngineCompute } from '../compute.ts';
import type { CallOutput } from '../contract/calls.ts';

interface FormsRequest {
  readonly seconds: number;
  readonly rounds: number;
  /** A folder of labelled folders. */
  readonly validation: string | undefined;
  readonly cacheFolder: string | undefined;
}

/**
 * What each form of a model's export costs. The accuracy in eight bits is that of our own network with the rounded weights:
 * `verifyExport` has shown that ONNX Runtime computes the same.
 * @throws {HeedError} export-differs, dataset, cancelled
 */
export async function formsReport(
  model: Model,
  { seconds, rounds, validation, cacheFolder }: FormsRequest,
  compute: EngineCompute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<CallOutput<'forms'>> {
  const { env } = await import('onnxruntime-node');
  const accuracy = async (folder: string, evaluated: Model): Promise<{ n: number; accuracy: number }> =>
    evaluateFolder(
      { folder, model: evaluated, maxUnknown: undefined, seed: 1, cacheFolder },
      compute,
      onProgress,
      signal,
    );
  const float32 = validation === undefined ? undefined : await accuracy(validation, model);
  const int8 = validation === undefined ? undefined : await accuracy(validation, roundedToInt8(model));
  return {
    onnxRuntime: env.versions.node ?? env.versions.common,
    windowMs: (1000 * windowLength(model.features)) / model.features.sampleRateHz,
    hopMs: hopMs(model.features),
    forms: await measureForms(model, { seconds, rounds }, compute.backend, onProgress, signal),
    validation:
      float32 && int8 ? { clipCount: float32.n, float32Accuracy: float32.accuracy, int8Accuracy: int8.accuracy } : null,
  };
}
