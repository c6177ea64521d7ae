import { createHash } from 'node:crypto';
import { HeedError } from '../errors.ts';
import { loadModel } from '../model/model-file.ts';
import type { Model } from '../model/model.ts';
import { parameterSet, tensorValues, type ParameterSet } from '../nn/parameters.ts';
import type { ClassPlan } from './class-plan.ts';

/** A model whose weights a training begins with, in place of random ones. */
export interface StartModel {
  readonly model: Model;
  /** The SHA-256 of its weights and normaliser. */
  readonly digest: string;
}

/** @throws {HeedError} as reading a model does */
export async function loadStartModel(path: string): Promise<StartModel> {
  const model = await loadModel(path);
  const digest = createHash('sha256');
  for (const numbers of [model.parameters.values, model.normaliser.mean, model.normaliser.deviation])
    digest.update(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength));
  return { model, digest: digest.digest('hex') };
}

/**
 * The model's weights as a training has them: what was taken from the bias of labels that are drawn more often is given
 * back.
 * @throws {HeedError} dataset where the training has other labels than the model
 */
export function startParameters({ shape, labels, parameters }: Model, classes: ClassPlan): ParameterSet {
  if (labels.length !== classes.classCount || labels.some((label, i) => label !== classes.labels[i]))
    throw new HeedError(
      'dataset',
      `The model to begin with knows ${labels.join(', ')}, and this training ${classes.labels.join(', ')}; ` +
        'give the same labels in the same order, or train from scratch.',
    );
  const started = parameterSet(shape, 'float32', Float32Array.from(parameters.values));
  classes.undoShift(tensorValues(started, 'head.bias'));
  return started;
}
