import { HeedError } from '../errors.ts';
import { scoredAnswers } from './losses.ts';
import {
  answersPerSequence,
  UNSCORED,
  type NetworkShape,
  type SequenceBatch,
  type Targets,
  type Teaching,
  type TrainerSettings,
} from './network.ts';

/** Beyond it every teacher says the same of every class. */
const HIGHEST_TEMPERATURE = 1000;
const LOWEST_TEMPERATURE = 1e-3;

/**
 * Checks a batch against a network's shape and returns how many sequences it holds.
 * @throws {HeedError} shape-mismatch
 */
export function checkBatch(shape: NetworkShape, batch: SequenceBatch): number {
  const { inputs, lengths, frameCount } = batch;
  const sequences = lengths.length;
  if (sequences === 0) throw new HeedError('shape-mismatch', 'This batch holds no sequence.');
  if (!Number.isInteger(frameCount) || frameCount < 1)
    throw new HeedError('shape-mismatch', `A batch needs at least one frame, not ${frameCount}.`);
  const expected = sequences * frameCount * shape.inputSize;
  if (inputs.length !== expected)
    throw new HeedError(
      'shape-mismatch',
      `${sequences} sequences of ${frameCount} frames with ${shape.inputSize} inputs are ${expected} numbers, but ${inputs.length} were given.`,
    );
  const wrong = lengths.findIndex((length) => length < 1 || length > frameCount);
  if (wrong >= 0)
    throw new HeedError(
      'shape-mismatch',
      `Sequence ${wrong} of this batch claims ${lengths[wrong]} frames; between 1 and ${frameCount} are possible.`,
    );
  return sequences;
}

/** @throws {HeedError} shape-mismatch where targets do not fit the batch or the network, or none of them is scored */
export function checkTargets(shape: NetworkShape, targets: Targets, batch: SequenceBatch): void {
  const { classCount, pooling } = shape;
  const answers = batch.lengths.length * answersPerSequence(shape, batch.frameCount);
  const what = pooling === 'none' ? 'frames' : 'sequences';
  if (targets.loss === 'mean-squared-error') {
    if (targets.values.length !== answers * classCount)
      throw new HeedError(
        'shape-mismatch',
        `${answers} ${what} with ${classCount} outputs need ${answers * classCount} target values, but ${targets.values.length} were given.`,
      );
    return;
  }
  if (targets.classes.length !== answers)
    throw new HeedError(
      'shape-mismatch',
      `${answers} ${what} need as many classes, but ${targets.classes.length} were given.`,
    );
  const lowest = pooling === 'none' ? UNSCORED : 0;
  const wrong = targets.classes.findIndex((index) => index < lowest || index >= classCount);
  if (wrong >= 0)
    throw new HeedError(
      'shape-mismatch',
      `${pooling === 'none' ? 'Frame' : 'Sequence'} ${wrong} of this batch is said to be of class ${targets.classes[wrong]}; this network knows 0 to ${classCount - 1}.`,
    );
  if (targets.teacher) checkTeaching(targets.teacher, answers * classCount);
  if (scoredAnswers(shape, batch, targets) === 0)
    throw new HeedError(
      'shape-mismatch',
      'No frame of this batch is scored, so that there is nothing to learn from it.',
    );
}

/** @throws {HeedError} shape-mismatch where there is not one number for each input of the batch */
export function checkInputGradient(batch: SequenceBatch, inputGradient: ArrayLike<number> | undefined): void {
  if (inputGradient && inputGradient.length !== batch.inputs.length)
    throw new HeedError(
      'shape-mismatch',
      `This batch has ${batch.inputs.length} inputs, but room for the gradient of ${inputGradient.length} was given.`,
    );
}

function checkTeaching({ posteriors, temperature, share }: Teaching, count: number): void {
  if (posteriors.length !== count)
    throw new HeedError(
      'shape-mismatch',
      `This batch needs ${count} posteriors of a teacher, but ${posteriors.length} were given.`,
    );
  if (!(temperature >= LOWEST_TEMPERATURE && temperature <= HIGHEST_TEMPERATURE) || !(share >= 0 && share <= 1))
    throw new HeedError(
      'usage',
      `A teacher's temperature must be from ${LOWEST_TEMPERATURE} to ${HIGHEST_TEMPERATURE}, and its share from 0 to 1, not ${temperature} and ${share}.`,
    );
}

/** @throws {HeedError} shape-mismatch where a frame has another size than the network's inputs */
export function checkFrame(shape: NetworkShape, frame: ArrayLike<number>): void {
  if (frame.length !== shape.inputSize)
    throw new HeedError(
      'shape-mismatch',
      `This network takes frames of ${shape.inputSize} numbers, but one of ${frame.length} was given.`,
    );
}

/** @throws {HeedError} usage where a training setting makes no sense */
export function checkTrainerSettings(settings: TrainerSettings): void {
  const { beta1, beta2, epsilon, clipNorm, dropout, seed, truncateFrames } = settings;
  const refuse = (name: string, value: number, range: string): never => {
    throw new HeedError('usage', `The training setting ${name} must be ${range}, not ${value}.`);
  };
  if (!(beta1 >= 0 && beta1 < 1)) refuse('beta1', beta1, 'from 0 to below 1');
  if (!(beta2 >= 0 && beta2 < 1)) refuse('beta2', beta2, 'from 0 to below 1');
  if (!(epsilon > 0 && epsilon < Infinity)) refuse('epsilon', epsilon, 'above 0');
  if (!(clipNorm > 0)) refuse('clipNorm', clipNorm, 'above 0');
  if (!(dropout >= 0 && dropout < 1)) refuse('dropout', dropout, 'from 0 to below 1');
  if (!Number.isInteger(seed)) refuse('seed', seed, 'a whole number');
  if (!(truncateFrames === Infinity || (Number.isInteger(truncateFrames) && truncateFrames >= 1)))
    refuse('truncateFrames', truncateFrames, 'a whole number above 0, or Infinity');
}
