import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import { defaultDecision, type Model, SILENCE_LABEL, UNKNOWN_LABEL } from '../../src/model/model.ts';
import type { ClassifierShape } from '../../src/nn/network.ts';
import { parameterSet } from '../../src/nn/parameters.ts';
import { createRandom } from '../../src/random.ts';

/** A small model of random weights, as large as real ones in value. Overrides change its shape. */
export function randomModel(overrides: Partial<ClassifierShape> = {}, seed = 1): Model {
  const random = createRandom(seed);
  const uniform = (low: number, high: number): number => low + (high - low) * random.next();
  const features = { ...DEFAULT_FEATURE_SETTINGS, coefficients: 5, melBands: 10, windowFrames: 20 };
  const labels = ['yes', 'nö', '<&"\\', SILENCE_LABEL, UNKNOWN_LABEL];
  const shape: ClassifierShape = {
    inputSize: features.coefficients,
    hiddenSize: 6,
    layerCount: 1,
    classCount: labels.length,
    cell: 'gru',
    pooling: 'last',
    ...overrides,
  };
  const parameters = parameterSet(shape);
  parameters.values.forEach((_, i) => (parameters.values[i] = uniform(-1, 1)));
  return {
    shape,
    parameters,
    labels,
    features,
    normaliser: {
      mean: Float32Array.from({ length: features.coefficients }, () => uniform(-20, 20)),
      deviation: Float32Array.from({ length: features.coefficients }, () => uniform(0.5, 10)),
    },
    decision: defaultDecision(labels),
    provenance: {
      heedVersion: '0.1.0',
      madeBy: 'a test',
      trainedOn: 'nothing',
      seed,
      epochs: 0,
      attribution: 'none',
    },
    scores: [{ measuredOn: 'nothing', clipCount: 3, accuracy: 1 / 3, perLabel: { yes: 1 / 3, constructor: 0.5 } }],
  };
}

/** Raw MFCC-like values `[frames, coefficients]`, far from normalised. */
export function randomFrames(model: Model, frameCount: number, seed: number): Float32Array {
  const random = createRandom(seed);
  const { mean, deviation } = model.normaliser;
  const values = new Float32Array(frameCount * mean.length);
  values.forEach((_, i) => {
    const k = i % mean.length;
    values[i] = mean[k]! + deviation[k]! * 4 * (random.next() - 0.5);
  });
  return values;
}
