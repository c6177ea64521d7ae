import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';
import { isThere } from '../../read-file.ts';
import { writeExport } from '../../model/export/write-export.ts';
import { loadModel, readModelFile } from '../../model/model-file.ts';
import type { Model } from '../../model/model.ts';
import { readModel, weightPrecision } from '../../model/onnx/read.ts';
import { checkpointPath } from '../../training/checkpoint.ts';
import type { Compute } from '../../training/compute.ts';
import { say } from '../../training/progress.ts';
import { trainModel } from '../../training/train-run.ts';
import type { TrainListeners } from '../../training/training-loop.ts';
import type { TrialJournal } from '../search/journal.ts';
import { runTrial } from '../search/trial-run.ts';
import { trialOf, type TrialOutcome } from '../search/trials.ts';
import type { LearningFrom } from './compress.ts';
import { trainingOf, waysOf, type Way } from './ways.ts';
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

/** What the comparison says when it is ended before its end. */
const STOPPED = 'The comparison was stopped; the models that were finished are kept, and the same command goes on.';

/**
 * Makes a model lighter in every way, and measures each: rounded to eight bits with and without training for it; pruned in
 * blocks, or its matrices made of low rank, and trained on; half as wide with and without the model as a teacher. Ways that the journal knows, and whose models
 * are still there, are not gone again; one that was interrupted goes on from its checkpoint. Models are weighed anew each time,
 * since a frame's time depends on this machine's present pace. A way that diverges is told of and left out.
 *
 * @returns the models, and how many of them had been made before this call
 * @throws {HeedError} what training throws, but for training-diverged; file-unwritable; cancelled
 */
export async function compareLighter(
  settings: LighterSettings,
  journal: TrialJournal,
  compute: Compute,
  listeners: TrainListeners,
  signal: CancelSignal,
): Promise<{ models: LighterModel[]; known: number }> {
  const { model: path, out, epochs, seed } = settings;
  const bytes = await readModelFile(path);
  const model = readModel(bytes, path);
  const weights = weightPrecision(bytes, path);
  await mkdir(out, { recursive: true });
  const made: Pick<LighterModel, 'name' | 'file' | 'weights'>[] = [{ name: 'as it is', file: path, weights }];
  const int8 = weights !== 'int8';
  const converted = join(out, int8 ? 'int8-rounded.onnx' : 'float32.onnx');
  await writeAtomically(converted, writeExport(model, { form: 'clip', int8 }));
  made.push({ name: int8 ? '8 bits, rounded' : '32 bits', file: converted, weights: int8 ? 'int8' : 'float32' });
  let known = 0;
  for (const way of waysOf(model, weights)) {
    const file = join(out, `${way.key}.onnx`);
    const trial = trialOf({ way: way.key }, epochs, seed);
    let outcome = journal.finished(trial.id)?.outcome;
    if (outcome && (outcome.status !== 'finished' || (await isThere(file)))) known++;
    else {
      say('train', `Making the model lighter: ${way.name}`, listeners.onProgress);
      outcome = await goWay(settings, model, way, file, compute, listeners, signal);
      await journal.add({ ...trial, outcome });
    }
    if (outcome.status === 'finished') made.push({ name: way.name, file, weights: way.weights });
    else say('train', `“${way.name}” came to nothing. ${outcome.message}`, listeners.onProgress);
  }
  const models: LighterModel[] = [];
  for (const { name, file, weights: kept } of made) {
    const size = { weights: kept, bytes: (await stat(file)).size };
    const weighed = await weigh(await loadModel(file), size, settings, compute, listeners.onProgress, signal);
    models.push({ name, file, ...weighed });
  }
  return { models, known };
}

/** Trains one way to its end, or on from where it was interrupted, and leaves its model in `file`. */
async function goWay(
  settings: LighterSettings,
  model: Model,
  way: Way,
  file: string,
  compute: Compute,
  listeners: TrainListeners,
  signal: CancelSignal,
): Promise<TrialOutcome> {
  const trained = `${file}.training`;
  const resume = await isThere(checkpointPath(trained));
  const training = { ...trainingOf(settings, { path: settings.model, model }, way, trained), resume };
  try {
    const outcome = await runTrial(training, (run, tell) =>
      trainModel(run, { ...listeners, onEpoch: (epoch) => (tell(epoch), listeners.onEpoch(epoch)) }, signal, compute),
    );
    if (outcome.status !== 'finished') return outcome;
    const bytes = writeExport(await loadModel(trained), { form: 'clip', int8: way.weights === 'int8' });
    await writeAtomically(file, bytes);
    await rm(trained, { force: true });
    return { ...outcome, bytes: bytes.length };
  } catch (error) {
    if (error instanceof HeedError && error.code === 'cancelled') throw new HeedError('cancelled', STOPPED);
    throw error;
  }
}
