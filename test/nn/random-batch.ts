import {
  answersPerSequence,
  UNSCORED,
  type NetworkShape,
  type SequenceBatch,
  type Targets,
} from '../../src/nn/network.ts';
import { parameterSet, type ParameterSet } from '../../src/nn/parameters.ts';
import { createRandom } from '../../src/random.ts';

/** Parameters with no zeros among them, so that no gradient can hide: normal, scaled by 0.4. */
export function randomParameters(
  shape: NetworkShape,
  seed: number,
  precision: 'float32' | 'float64' = 'float64',
): ParameterSet {
  const parameters = parameterSet(shape, precision);
  const random = createRandom(seed, 'parameters');
  for (let i = 0; i < parameters.values.length; i++) parameters.values[i] = 0.4 * random.normal();
  return parameters;
}

/** Normal features; those past a sequence's end too, so that a network that looks at padding is found out. */
export function randomBatch(
  shape: NetworkShape,
  lengths: readonly number[],
  frameCount: number,
  seed: number,
): SequenceBatch {
  const random = createRandom(seed, 'features');
  const inputs = Float64Array.from({ length: lengths.length * frameCount * shape.inputSize }, () => random.normal());
  return { inputs, lengths: Int32Array.from(lengths), frameCount };
}

/** Targets for so many sequences, or without pooling for their frames, of which a third is not scored. */
export function randomTargets(
  shape: NetworkShape,
  loss: Targets['loss'],
  sequences: number,
  seed: number,
  frameCount = 1,
): Targets {
  const random = createRandom(seed, 'targets');
  const { classCount, pooling } = shape;
  const answers = sequences * answersPerSequence(shape, frameCount);
  if (loss === 'mean-squared-error')
    return { loss, values: Float64Array.from({ length: answers * classCount }, () => random.normal()) };
  const classes = Int32Array.from({ length: answers }, () => random.integer(classCount));
  if (pooling === 'none') for (let a = 0; a < answers; a += 3) classes[a] = UNSCORED;
  return { loss, classes };
}

/** Sequence b of a batch as a batch of its own. */
export function sequenceOf(shape: NetworkShape, batch: SequenceBatch, b: number): SequenceBatch {
  const size = batch.frameCount * shape.inputSize;
  return {
    inputs: batch.inputs.slice(b * size, (b + 1) * size),
    lengths: batch.lengths.slice(b, b + 1),
    frameCount: batch.frameCount,
  };
}
