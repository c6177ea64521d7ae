import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GradientComputer } from '../../src/nn/gradient.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type Targets } from '../../src/nn/network.ts';
import { parameterLayout, parameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createNetworkWeights, loadWeights } from '../../src/nn/tensors.ts';

/** What make-torch-golden.py writes; all vectors in Heed's order. */
interface Golden {
  readonly version: number;
  readonly shape: Pick<NetworkShape, 'inputSize' | 'hiddenSize' | 'layerCount' | 'classCount'>;
  readonly lengths: number[];
  readonly frameCount: number;
  readonly learningRate: number;
  readonly clipNorm: number;
  readonly cases: readonly {
    readonly pooling: NetworkShape['pooling'];
    readonly loss: Targets['loss'];
    readonly inputs: number[];
    readonly targets: number[];
    readonly parameters: number[];
    readonly logits: number[];
    readonly gradient: number[];
    readonly inputGradient: number[];
    readonly losses: number[];
    readonly norms: number[];
    readonly trained: number[];
  }[];
}

/** Each of PyTorch's recurrent layers, and Heed's cell that is the same. */
const LAYERS = [
  ['nn.GRU', 'torch-gru', 'gru-reset-after'],
  ['nn.LSTM', 'torch-lstm', 'lstm'],
  ['nn.RNN', 'torch-rnn', 'rnn'],
] as const;

/** The largest |a − b| / max(1e-6, |a| + |b|). */
function largestError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Math.max(
    ...Array.from(a, (value, i) => Math.abs(value - b[i]!) / Math.max(1e-6, Math.abs(value) + Math.abs(b[i]!))),
  );
}

describe.each(LAYERS)("PyTorch's %s (golden file)", (_, file, cell) => {
  const golden = JSON.parse(readFileSync(new URL(`golden/${file}.json`, import.meta.url), 'utf8')) as Golden;

  it('is of the version that this test reads', () => {
    expect(golden.version).toBe(1);
  });

  for (const example of golden.cases) {
    const shape: NetworkShape = { ...golden.shape, cell, pooling: example.pooling };
    const inputs = Float64Array.from(example.inputs);
    const batch = { inputs, lengths: Int32Array.from(golden.lengths), frameCount: golden.frameCount };
    const targets: Targets =
      example.loss === 'cross-entropy'
        ? { loss: example.loss, classes: Int32Array.from(example.targets) }
        : { loss: example.loss, values: Float64Array.from(example.targets) };
    const parameters = () => parameterSet(shape, 'float64', Float64Array.from(example.parameters));
    const form = `${example.pooling}, ${example.loss}`;

    it(`has the same logits (${form})`, () => {
      const network = createReferenceBackend().createNetwork(shape, parameters());
      expect(largestError(network.forward(batch), example.logits)).toBeLessThan(1e-12);
    });

    it(`has the same gradient of every parameter and input (${form})`, async () => {
      const weights = createNetworkWeights(shape);
      loadWeights(weights, shape, parameters().values);
      const computer = new GradientComputer(shape, weights, DEFAULT_TRAINER_SETTINGS);
      const dInputs = new Float64Array(inputs.length);
      const { loss } = await computer.run(batch, targets, 1, () => Promise.resolve(), dInputs);
      expect(loss).toBeCloseTo(example.losses[0]!, 12);
      for (const { name, offset, length } of parameterLayout(shape)) {
        const [ours, theirs] = [computer.gradient, example.gradient].map((all) => all.slice(offset, offset + length));
        expect(largestError(ours!, theirs!), name).toBeLessThan(1e-9);
      }
      expect(largestError(dInputs, example.inputGradient)).toBeLessThan(1e-9);
    });

    it(`has the same losses and gradient norms through ten clipped steps of Adam (${form})`, async () => {
      const network = createReferenceBackend().createNetwork(shape, parameters());
      const trainer = network.createTrainer({ ...DEFAULT_TRAINER_SETTINGS, clipNorm: golden.clipNorm });
      for (const [step, loss] of example.losses.entries()) {
        const result = await trainer.step(batch, targets, golden.learningRate);
        expect(largestError([result.loss, result.gradientNorm], [loss, example.norms[step]!])).toBeLessThan(1e-9);
      }
      expect(example.losses.at(-1)).toBeLessThan(example.losses[0]!);
      // Adam divides by the gradient's own size, so that a gradient of almost nothing may differ in its last digits.
      expect(largestError(network.parameters.values, example.trained)).toBeLessThan(1e-7);
    });
  }
});
