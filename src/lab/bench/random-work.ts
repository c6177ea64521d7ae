import { DEFAULT_FEATURE_SETTINGS, type FeatureSettings } from '../../features/settings.ts';
import { defaultDecision, type Model } from '../../model/model.ts';
import type { CellName } from '../../nn/cells/cell.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import type { SequenceBatch, Targets } from '../../nn/network.ts';
import { createRandom } from '../../random.ts';
import { HEED_VERSION } from '../../version.ts';
import { networkShape, type BenchShape } from './shapes.ts';

/** What is computed on: random, as its cost does not depend on it, and the same in every run. */
const SEED = 1;

/** A full batch of normalised features, all sequences of the same length. */
export function randomBatch(shape: BenchShape): SequenceBatch & { readonly inputs: Float32Array } {
  const { batchSize, frameCount, inputSize } = shape;
  return {
    inputs: randomNormals(batchSize * frameCount * inputSize),
    lengths: new Int32Array(batchSize).fill(frameCount),
    frameCount,
  };
}

export function randomTargets({ batchSize, classCount }: BenchShape): Targets {
  const random = createRandom(SEED, 'targets');
  return { loss: 'cross-entropy', classes: Int32Array.from({ length: batchSize }, () => random.integer(classCount)) };
}

export function randomNormals(count: number): Float32Array {
  const random = createRandom(SEED, 'inputs');
  return Float32Array.from({ length: count }, () => random.normal());
}

/** Sounds of one second, 16 kHz and 16 bit: noise, of random loudness. */
export function randomSounds(count: number): Int16Array[] {
  const random = createRandom(SEED, 'sounds');
  return Array.from({ length: count }, () => {
    const peak = random.between(300, 20_000);
    return Int16Array.from({ length: 16_000 }, () => random.between(-peak, peak));
  });
}

/** The feature settings whose frames a shape's network takes. */
export function featuresOf({ frameCount, inputSize }: BenchShape): FeatureSettings {
  return { ...DEFAULT_FEATURE_SETTINGS, windowFrames: frameCount, coefficients: inputSize };
}

/** A model of a shape as training begins with it; its normaliser leaves features as they are. */
export function freshModel(shape: BenchShape, cell: CellName): Model {
  const network = networkShape(shape, cell);
  const labels = Array.from({ length: shape.classCount }, (_, index) => `word ${index + 1}`);
  return {
    shape: network,
    parameters: initialiseParameters(network, SEED),
    labels,
    features: featuresOf(shape),
    normaliser: {
      mean: new Float32Array(shape.inputSize),
      deviation: new Float32Array(shape.inputSize).fill(1),
    },
    decision: defaultDecision(labels),
    provenance: {
      heedVersion: HEED_VERSION,
      madeBy: 'heed bench',
      trainedOn: 'nothing',
      seed: SEED,
      epochs: 0,
      attribution: 'none',
    },
    scores: [],
  };
}
