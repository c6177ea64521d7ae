import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { DEFAULT_TRAINER_SETTINGS, type NetworkShape, type NetworkStream } from '../../src/nn/network.ts';
import { parameterSet, type ParameterSet } from '../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { createRandom } from '../../src/random.ts';
import { addon } from './load.ts';

const sizes = [
  [1, 1, 1, 1],
  [40, 128, 1, 12],
  [7, 21, 2, 5],
  [13, 37, 3, 3],
] as const;
const shapes = sizes.flatMap(([inputSize, hiddenSize, layerCount, classCount]) =>
  CELL_NAMES.map((cell): NetworkShape => ({
    ...{ inputSize, hiddenSize, layerCount, classCount, cell },
    pooling: 'last',
  })),
);

/** Random parameters; the layers' weights rounded to bfloat16, to the nearest and of two to the even one. */
function parametersOf(shape: NetworkShape): { exact: ParameterSet; rounded: ParameterSet } {
  const exact = initialiseParameters(shape, 5);
  const random = createRandom(5, 'biases');
  for (const { name, offset, length } of exact.tensors)
    if (/bias/i.test(name)) for (let i = offset; i < offset + length; i++) exact.values[i] = random.between(-0.5, 0.5);
  const rounded = parameterSet(shape, 'float32', Float32Array.from(exact.values));
  const words = new Uint32Array((rounded.values as Float32Array).buffer);
  for (const { name, offset, length } of exact.tensors)
    if (name.startsWith('layers.') && name.endsWith('.weights'))
      for (let i = offset; i < offset + length; i++)
        words[i] = (words[i]! + 0x7fff + ((words[i]! >>> 16) & 1)) & 0xffff0000;
  return { exact, rounded };
}

function framesOf({ inputSize }: NetworkShape): Float32Array[] {
  const random = createRandom(inputSize, 'frames');
  return Array.from({ length: 40 }, () => Float32Array.from({ length: inputSize }, () => random.normal()));
}

/** The largest difference of any logit over all frames. */
function streamDifference(a: NetworkStream, b: NetworkStream, frames: readonly Float32Array[]): number {
  let largest = 0;
  for (const frame of frames) {
    const expected = Array.from(b.step(frame));
    a.step(frame).forEach((logit, i) => (largest = Math.max(largest, Math.abs(logit - expected[i]!))));
  }
  return largest;
}

describe.skipIf(!addon)('a stream that reads its weights as bf16', () => {
  const reference = createReferenceBackend();

  describe.each(addon?.instructionSets ?? [])('with %s', (set) => {
    const bf16 = createNativeBackend(addon!, set, { streamWeights: 'bfloat16' });

    it.each(shapes)(
      'computes with the weights rounded to the nearest bf16, and with nothing else rounded: %o',
      (shape) => {
        const { exact, rounded } = parametersOf(shape);
        const stream = bf16.createNetwork(shape, exact).createStream();
        const expected = reference.createNetwork(shape, rounded).createStream();
        expect(streamDifference(stream, expected, framesOf(shape))).toBeLessThan(2e-5);
      },
    );

    it("stays within bf16's error of the float32 stream, and is not the same", () => {
      const shape = shapes[2]!;
      const { exact } = parametersOf(shape);
      const stream = bf16.createNetwork(shape, exact).createStream();
      const full = createNativeBackend(addon!, set).createNetwork(shape, exact).createStream();
      const difference = streamDifference(stream, full, framesOf(shape));
      expect(difference).toBeLessThan(0.02);
      expect(difference).toBeGreaterThan(1e-5);
    });

    it('follows the parameters when they change or are trained', async () => {
      const shape = shapes[4]!;
      const { exact } = parametersOf(shape);
      const frames = framesOf(shape);
      const network = bf16.createNetwork(shape, exact);
      const stream = network.createStream();
      stream.step(frames[0]!);
      exact.values.forEach((value, i) => (exact.values[i] = -0.5 * value));
      network.parametersChanged();
      stream.reset();
      const fresh = (): NetworkStream => bf16.createNetwork(shape, exact).createStream();
      expect(streamDifference(stream, fresh(), frames)).toBe(0);
      const batch = { inputs: frames[0]!.slice(), lengths: Int32Array.of(1), frameCount: 1 };
      const trainer = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
      await trainer.step(batch, { loss: 'cross-entropy', classes: Int32Array.of(0) }, 0.1);
      stream.reset();
      expect(streamDifference(stream, fresh(), frames)).toBe(0);
    });

    it('keeps a NaN among the weights a NaN', () => {
      const shape = shapes[2]!;
      const { exact } = parametersOf(shape);
      new Uint32Array(exact.values.buffer)[3] = 0x7fffffff;
      const logits = bf16.createNetwork(shape, exact).createStream().step(framesOf(shape)[0]!);
      expect(Array.from(logits).every(Number.isNaN)).toBe(true);
    });
  });

  it('leaves batches in float32', () => {
    const shape = shapes[2]!;
    const { exact } = parametersOf(shape);
    const batch = { inputs: framesOf(shape)[0]!, lengths: Int32Array.of(1), frameCount: 1 };
    const logits = createNativeBackend(addon!, undefined, { streamWeights: 'bfloat16' })
      .createNetwork(shape, exact)
      .forward(batch);
    expect(logits).toEqual(createNativeBackend(addon!).createNetwork(shape, exact).forward(batch));
  });

  it('refuses another precision', () => {
    const backend = createNativeBackend(addon!, undefined, { streamWeights: 'int4' as 'bfloat16' });
    const network = backend.createNetwork(shapes[0]!, parametersOf(shapes[0]!).exact);
    expect(() => network.createStream()).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});
