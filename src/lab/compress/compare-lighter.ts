import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { writeExport } from '../../model/export/write-export.ts';
import { loadModel } from '../../model/model-file.ts';
import type { Model } from '../../model/model.ts';
import type { Compute } from '../../training/compute.ts';
import type { TrainRunSettings, TrainTuning } from '../../training/settings.ts';
import { trainModel } from '../../training/train-run.ts';
import type { TrainListeners } from '../../training/training-loop.ts';
import { FINE_TUNING_RATE, wordsOf, type LearningFrom } from './compress.ts';
import { weigh, type Weighing } from './weigh.ts';

export interface LighterSettings extends LearningFrom {
  readonly model: string;
  /** A folder for the models that are made. */
  readonly out: string;
}

/** One way to make a model lighter, and what came of it. */
export interface LighterModel extends Weighing {
  readonly name: string;
  readonly file: string;
}

/** A way to make a model lighter, as a training. */
interface Way {
  readonly name: string;
  readonly fileName: string;
  /** Whether the model's own weights are trained on, and whether it teaches. */
  readonly from: boolean;
  readonly teacher: boolean;
  readonly hidden?: number;
  readonly tuning: Partial<TrainTuning>;
}

function waysOf({ shape }: Model): Way[] {
  const half = Math.max(1, Math.round(shape.hiddenSize / 2));
  const own = { from: true, teacher: true };
  const share = (sparsity: number): Way => ({
    ...{ ...own, name: `${Math.round(100 * sparsity)} % zeros`, fileName: `zeros-${Math.round(100 * sparsity)}` },
    tuning: { sparsity },
  });
  return [
    ...[0.5, 0.75, 0.9].map(share),
    { ...own, name: '8 bits, trained', fileName: 'int8-trained', tuning: { weightBits: 8 } },
    { name: 'half as wide', fileName: 'half', from: false, teacher: false, hidden: half, tuning: {} },
    { name: 'half as wide, taught', fileName: 'half-taught', from: false, teacher: true, hidden: half, tuning: {} },
  ];
}

/**
 * Makes a model lighter in every way, and measures each: pruned in blocks and trained on, rounded to eight bits with and
 * without training for it, and half as wide with and without the model as a teacher.
 * @throws {HeedError} what training throws; cancelled
 */
export async function compareLighter(
  settings: LighterSettings,
  compute: Compute,
  listeners: TrainListeners,
  signal: CancelSignal,
): Promise<LighterModel[]> {
  const { model: path, out } = settings;
  const model = await loadModel(path);
  await mkdir(out, { recursive: true });
  const found: LighterModel[] = [];
  const add = async (name: string, file: string, weights: Weighing['weights']): Promise<void> => {
    const kept = { weights, bytes: (await stat(file)).size };
    const weighed = await weigh(await loadModel(file), kept, settings, compute, listeners.onProgress, signal);
    found.push({ name, file, ...weighed });
  };
  const addInt8 = async (name: string, file: string, of: Model): Promise<void> => {
    await writeAtomically(file, writeExport(of, { form: 'clip', int8: true }));
    await add(name, file, 'int8');
  };
  await add('as it is', path, 'float32');
  await addInt8('8 bits, rounded', join(out, 'int8-rounded.onnx'), model);
  for (const way of waysOf(model)) {
    const file = join(out, `${way.fileName}.onnx`);
    const result = await trainModel(trainingOf(settings, model, way, file), listeners, signal, compute);
    if (result.stopped)
      throw new HeedError('cancelled', `Stopped; the models that were finished are in ${out}, and can be used.`);
    if (way.tuning.weightBits === 8) await addInt8(way.name, file, await loadModel(file));
    else await add(way.name, file, 'float32');
  }
  return found;
}

function trainingOf(settings: LighterSettings, model: Model, way: Way, out: string): TrainRunSettings {
  const { hiddenSize, layerCount, pooling } = model.shape;
  const slow = { learningRate: (FINE_TUNING_RATE * 0.04) / Math.sqrt(hiddenSize) };
  return {
    ...settings,
    ...{ out, hidden: way.hidden ?? hiddenSize, layers: layerCount, batch: 64, resume: false, labels: wordsOf(model) },
    from: way.from ? settings.model : undefined,
    teachers: way.teacher ? [settings.model] : undefined,
    tuning: { features: model.features, pooling, ...(way.from ? slow : {}), ...way.tuning },
  };
}
