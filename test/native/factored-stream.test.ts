import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type Network, type NetworkShape } from '../../src/nn/network.ts';
import { parameterSet, type ParameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { FactoredWeights } from '../../src/training/compress/factored-weights.ts';
import { randomBatch } from '../nn/random-batch.ts';
import { addon } from './load.ts';

const FRAMES = 9;
const CELLS = ['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'] as const;

function shapeOf(hiddenSize: number, cell: NetworkShape['cell']): NetworkShape {
  return { inputSize: 13, hiddenSize, layerCount: 2, classCount: 5, cell, pooling: 'mean' };
}

/** Parameters of low rank, with their factors. */
function lowRank(shape: NetworkShape, share: number): ParameterSet {
  const factored = new FactoredWeights(shape, initialiseParameters(shape, 3).values, share);
  const parameters = parameterSet(shape, 'float32', factored.expand(factored.initial));
  return { ...parameters, factors: factored.factorsOf(factored.initial) };
}

/** How far the last logits of a stream are from those of the reference. */
function difference(network: Network): number {
  const { shape, parameters } = network;
  const frames = Float32Array.from(randomBatch(shape, [FRAMES], FRAMES, 4).inputs);
  const stream = network.createStream();
  let logits = new Float32Array(0) as ArrayLike<number>;
  for (let t = 0; t < FRAMES; t++)
    logits = stream.step(frames.subarray(t * shape.inputSize, (t + 1) * shape.inputSize));
  const batch = { inputs: frames, lengths: Int32Array.of(FRAMES), frameCount: FRAMES };
  const expected = createReferenceBackend().createNetwork(shape, parameters).forward(batch);
  return Math.max(...expected.map((value, i) => Math.abs(value - logits[i]!)));
}

describe.skipIf(!addon)('a stream of a network of low rank', () => {
  describe.each(addon?.instructionSets ?? [])('with %s', (set) => {
    const native = createNativeBackend(addon!, set);

    it.each(CELLS)('answers as the reference does: %s', (cell) => {
      for (const hidden of [5, 16, 40, 77])
        for (const share of [0.1, 0.5, 0.9]) {
          const shape = shapeOf(hidden, cell);
          expect(difference(native.createNetwork(shape, lowRank(shape, share)))).toBeLessThan(1e-5);
        }
    });

    it('multiplies by the factors, not by the matrices', () => {
      const shape = shapeOf(40, 'gru');
      const { values, tensors, factors } = lowRank(shape, 0.5);
      const others = initialiseParameters(shape, 8).values;
      const network = native.createNetwork(shape, { tensors, values: Float32Array.from(others), factors });
      expect(difference(network)).toBeGreaterThan(1e-3);
      network.parameters.values.set(values);
      network.parametersChanged();
      expect(difference(network)).toBeLessThan(1e-5);
    });

    it('follows its weights when they are trained, which are then of any rank', async () => {
      const shape = shapeOf(40, 'gru');
      const network = native.createNetwork(shape, lowRank(shape, 0.3));
      const trainer = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
      const { lengths, frameCount, inputs } = randomBatch(shape, [4, 4, 4], 4, 5);
      const batch = { lengths, frameCount, inputs: Float32Array.from(inputs) };
      await trainer.step(batch, { loss: 'cross-entropy', classes: Int32Array.of(0, 1, 2) }, 0.05);
      expect(difference(network)).toBeLessThan(1e-5);
    });
  });

  it('is refused factors of other sizes in a sentence', () => {
    const shape = shapeOf(16, 'gru');
    const { factors } = lowRank(shape, 0.5);
    const network = () => new addon!.NativeNetwork(shape, addon!.instructionSets[0]!);
    const [first, second] = factors!;
    const shorter = { ...second!.recurrent!, left: new Float32Array(3) };
    for (const wrong of [
      [first!],
      [first!, { recurrent: shorter }],
      [first!, { recurrent: { ...second!.recurrent!, rank: 0 } }],
      [first!, { recurrent: { ...second!.recurrent!, rank: 1e9 } }],
      [first!, { input: {} }],
      [first!, 7],
      undefined,
    ])
      expect(() => network().setFactors(wrong as never)).toThrow(/\.$/);
  });
});
