import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { writeExport } from '../../model/export/write-export.ts';
import { loadModel, readModelFile } from '../../model/model-file.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL, type Model } from '../../model/model.ts';
import { readModel, weightPrecision } from '../../model/onnx/read.ts';
import { checkpointPath } from '../../training/checkpoint.ts';
import type { Compute } from '../../training/compute.ts';
import { say } from '../../training/progress.ts';
import type { TrainRunResult, TrainRunSettings } from '../../training/settings.ts';
import { trainModel } from '../../training/train-run.ts';
import type { TrainListeners } from '../../training/training-loop.ts';
import { frameMicroseconds } from './frame-time.ts';
import { choosePlan, int8Bytes, type CompressionPlan } from './plan.ts';
import type { CompressionTarget } from './target.ts';
import { LOW_RANK_RATE, ROUNDED_RATE } from './ways.ts';
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
 * Makes a model as light as asked for, in the gentlest way that meets the target: with weights of eight bits; with its matrices
 * of low rank besides; or with the largest network that does, trained from the model's answers (distillation). Weights have
 * their bits and their rank while they learn, so that nothing is lost at the end.
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
  const { model: path, out, target } = settings;
  const file = await readModelFile(path);
  const model = readModel(file, path);
  const { backend } = compute;
  const amountOf = (tried: Model): number =>
    target.kind === 'bytes' ? int8Bytes(tried) : frameMicroseconds(tried, backend);
  const plan = choosePlan(model, target, amountOf);
  say('train', planText(plan), listeners.onProgress);

  const trained = `${out}.training`;
  const training = { ...trainingOf(settings, path, model, plan), out: trained };
  const train = (resume: boolean): Promise<TrainRunResult> =>
    trainModel({ ...training, resume }, listeners, signal, compute);
  const result = await train(existsSync(checkpointPath(trained))).catch((error: unknown) => {
    // What was left there is of another plan, or of other clips.
    if (error instanceof HeedError && error.code === 'checkpoint') return train(false);
    throw error;
  });
  if (result.stopped)
    throw new HeedError('cancelled', `Stopped; the same command goes on from ${trained}, and the model is as it was.`);
  const light = { ...(await loadModel(trained)), decision: model.decision };
  let bytes = writeExport(light, { form: 'clip', int8: true });
  // Clips of more words than were reckoned with leave more to keep of them; a model does without it, if it must.
  if (target.kind === 'bytes' && bytes.length > target.atMost)
    bytes = writeExport({ ...light, states: undefined }, { form: 'clip', int8: true });
  await writeAtomically(out, bytes);
  await rm(trained, { force: true });

  const weighed = (of: Model, weights: Weighing['weights'], size: number): Promise<Weighing> =>
    weigh(of, { weights, bytes: size }, settings, compute, listeners.onProgress, signal);
  const before = await weighed(model, weightPrecision(file, path), file.length);
  const after = await weighed(await loadModel(out), 'int8', bytes.length);
  const amount = target.kind === 'bytes' ? after.bytes : after.frameMicroseconds;
  return { out, before, after, reached: amount <= target.atMost };
}

function planText(plan: CompressionPlan): string {
  if (plan.kind === 'rounded') return 'The network keeps its size, and learns to do with eight bits.';
  if (plan.kind === 'low-rank')
    return `The network learns to do with eight bits, and with ${Math.round(100 * plan.factorShare)} % of its numbers as factors of low rank.`;
  return `A network of ${plan.layerCount} × ${plan.hiddenSize} units learns from the model.`;
}

function trainingOf(
  learning: LearningFrom,
  path: string,
  model: Model,
  plan: CompressionPlan,
): Omit<TrainRunSettings, 'out' | 'resume'> {
  const { hiddenSize, layerCount, pooling, cell } = model.shape;
  const { features } = model;
  const slow = (rate: number) => ({ learningRate: (rate * 0.04) / Math.sqrt(hiddenSize) });
  const layers = plan.kind === 'smaller' ? plan : { hiddenSize, layerCount };
  return {
    ...learning,
    ...{
      cell,
      hidden: layers.hiddenSize,
      layers: layers.layerCount,
      batch: 64,
      labels: wordsOf(model),
      teachers: [path],
    },
    from: plan.kind === 'smaller' ? undefined : path,
    tuning: {
      ...{ features, pooling, weightBits: 8 as const },
      ...(plan.kind === 'rounded' ? slow(ROUNDED_RATE) : {}),
      ...(plan.kind === 'low-rank' ? { ...slow(LOW_RANK_RATE), factorShare: plan.factorShare } : {}),
    },
  };
}

/** The words that a model tells apart. */
export function wordsOf({ labels }: Model): string[] {
  return labels.filter((label) => label !== SILENCE_LABEL && label !== UNKNOWN_LABEL);
}
