import { rm } from 'node:fs/promises';
import { writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { writeExport } from '../../model/export/write-export.ts';
import { loadModel, readModelFile } from '../../model/model-file.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import { readModel, weightPrecision } from '../../model/onnx/read.ts';
import type { Compute } from '../../training/compute.ts';
import { say } from '../../training/progress.ts';
import type { TrainRunSettings } from '../../training/settings.ts';
import { trainModel } from '../../training/train-run.ts';
import type { TrainListeners } from '../../training/training-loop.ts';
import { frameMicroseconds } from './frame-time.ts';
import { int8Bytes, largestFitting, resized, type LayerPlan } from './plan.ts';
import type { CompressionTarget } from './target.ts';
import { ROUNDED_RATE } from './ways.ts';
import { weigh, type Weighing } from './weigh.ts';

/** What a lighter model learns from, and how long. */
export type LearningFrom = Pick<
  TrainRunSettings,
  | 'folders'
  | 'validation'
  | 'background'
  | 'leaveOut'
  | 'epochs'
  | 'seed'
  | 'precision'
  | 'heedVersion'
  | 'command'
  | 'cacheFolder'
>;

export interface CompressSettings extends LearningFrom {
  /** The file of the model to make lighter. */
  readonly model: string;
  readonly out: string;
  readonly target: CompressionTarget;
}

export interface CompressionResult {
  readonly out: string;
  readonly before: Weighing;
  readonly after: Weighing;
  /** Whether the target is met. */
  readonly reached: boolean;
}

/**
 * Makes a model as light as asked for, with the largest network that meets the target: trained from the model's answers
 * (distillation) and with weights rounded to eight bits while it learns, so that neither is lost at the end. Where eight
 * bits are enough, the model's own weights are trained on.
 *
 * @throws {HeedError} usage for a target that cannot be met; what training throws; cancelled where it was stopped before
 *   there was a model
 */
export async function compressModel(
  settings: CompressSettings,
  compute: Compute,
  listeners: TrainListeners,
  signal: CancelSignal,
): Promise<CompressionResult> {
  const { model: path, out, target, epochs, seed } = settings;
  const file = await readModelFile(path);
  const model = readModel(file, path);
  const { backend } = compute;
  const own: LayerPlan = { hiddenSize: model.shape.hiddenSize, layerCount: model.shape.layerCount };
  const layers = largestFitting(own, target, (tried) =>
    target.kind === 'bytes' ? int8Bytes(model, tried) : frameMicroseconds(resized(model, tried), backend),
  );
  const sameSize = layers.hiddenSize === own.hiddenSize && layers.layerCount === own.layerCount;
  const plan = sameSize
    ? 'The network keeps its size, and learns to do with eight bits.'
    : `A network of ${layers.layerCount} × ${layers.hiddenSize} units learns from the model.`;
  say('train', plan, listeners.onProgress);

  const trained = `${out}.training`;
  const result = await trainModel(
    {
      ...settings,
      cell: model.shape.cell,
      ...{ out: trained, hidden: layers.hiddenSize, layers: layers.layerCount, epochs, seed, batch: 64, resume: true },
      labels: wordsOf(model),
      teachers: [path],
      from: sameSize ? path : undefined,
      tuning: {
        ...{ features: model.features, pooling: model.shape.pooling, weightBits: 8 },
        ...(sameSize ? { learningRate: (ROUNDED_RATE * 0.04) / Math.sqrt(layers.hiddenSize) } : {}),
      },
    },
    listeners,
    signal,
    compute,
  );
  if (result.stopped)
    throw new HeedError('cancelled', `Stopped; the same command goes on from ${trained}, and the model is as it was.`);
  const light = { ...(await loadModel(trained)), decision: model.decision };
  const bytes = writeExport(light, { form: 'clip', int8: true });
  await writeAtomically(out, bytes);
  await rm(trained, { force: true });

  const weighed = (of: Model, weights: Weighing['weights'], size: number): Promise<Weighing> =>
    weigh(of, { weights, bytes: size }, settings, compute, listeners.onProgress, signal);
  const before = await weighed(model, weightPrecision(file, path), file.length);
  const after = await weighed(await loadModel(out), 'int8', bytes.length);
  const amount = target.kind === 'bytes' ? after.bytes : after.frameMicroseconds;
  return { out, before, after, reached: amount <= target.atMost };
}

/** The words that a model tells apart. */
export function wordsOf({ labels }: Model): string[] {
  return labels.filter((label) => label !== SILENCE_LABEL && label !== UNKNOWN_LABEL);
}
