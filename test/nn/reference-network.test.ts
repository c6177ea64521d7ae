import { describe, expect, it } from 'vitest';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import type { NetworkShape, SequenceBatch } from '../../src/nn/network.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { plainLogits } from './plain-network.ts';
import { randomBatch, randomParameters, sequenceOf } from './random-batch.ts';

const BASE: NetworkShape = {
  inputSize: 5,
  hiddenSize: 11,
  layerCount: 2,
  classCount: 3,
  cell: 'gru',
  pooling: 'last',
};
const SHAPES: NetworkShape[] = [
  ...CELL_NAMES.flatMap((cell) => (['last', 'mean'] as const).map((pooling) => ({ ...BASE, cell, pooling }))),
  { ...BASE, pooling: 'attention' },
  { ...BASE, pooling: 'multi-head', hiddenSize: 12 },
];
/** More than one slice, of all lengths. */
const LENGTHS = Array.from({ length: 21 }, (_, i) => 1 + ((i * 5) % 9));
const FRAMES = 9;

function networkOf(shape: NetworkShape, precision: 'float32' | 'float64' = 'float64') {
  return createReferenceBackend().createNetwork(shape, randomParameters(shape, 1, precision));
}

function framesOf(shape: NetworkShape, batch: SequenceBatch, b: number): Float64Array {
  const start = b * batch.frameCount * shape.inputSize;
  return batch.inputs.slice(start, start + batch.lengths[b]! * shape.inputSize) as Float64Array;
}

describe.each(SHAPES)('the reference network ($cell, $pooling)', (shape) => {
  const batch = randomBatch(shape, LENGTHS, FRAMES, 2);
  const logits = networkOf(shape).forward(batch);

  it('agrees with the equations written out', () => {
    LENGTHS.forEach((_, b) => {
      const plain = plainLogits(shape, randomParameters(shape, 1), framesOf(shape, batch, b));
      plain.forEach((value, c) => expect(logits[b * 3 + c]).toBeCloseTo(value, 12));
    });
  });

  it('gives a sequence the same bits alone as in a batch', () => {
    const network = networkOf(shape);
    LENGTHS.forEach((_, b) => {
      expect(network.forward(sequenceOf(shape, batch, b))).toEqual(logits.slice(b * 3, b * 3 + 3));
    });
  });

  it('does not look at padding, even where it is NaN', () => {
    const size = shape.inputSize;
    const inputs = batch.inputs.map((value, i) =>
      Math.floor(i / size) % FRAMES < LENGTHS[Math.floor(i / size / FRAMES)]! ? value : NaN,
    );
    expect(networkOf(shape).forward({ ...batch, inputs })).toEqual(logits);
  });

  it('streams frame by frame to the bits of the sequence so far', () => {
    const network = networkOf(shape);
    const stream = network.createStream();
    const frames = framesOf(shape, randomBatch(shape, [FRAMES], FRAMES, 3), 0);
    const play = (): number[][] =>
      Array.from({ length: FRAMES }, (_, t) => [
        ...stream.step(frames.subarray(t * shape.inputSize, (t + 1) * shape.inputSize)),
      ]);
    const offline = Array.from({ length: FRAMES }, (_, t) => [
      ...network.forward({ inputs: frames, lengths: Int32Array.of(t + 1), frameCount: FRAMES }),
    ]);
    expect(play()).toEqual(offline);
    expect(play()).not.toEqual(offline);
    stream.reset();
    expect(play()).toEqual(offline);
  });

  it('keeps two streams apart', () => {
    const network = networkOf(shape);
    const [one, other] = [network.createStream(), network.createStream()];
    const frame = new Float64Array(shape.inputSize).fill(0.5);
    const first = [...one.step(frame)];
    one.step(frame);
    expect([...other.step(frame)]).toEqual(first);
  });

  it('answers from float32 parameters in float32, within rounding', () => {
    const rounded = networkOf(shape, 'float32').forward({ ...batch, inputs: Float32Array.from(batch.inputs) });
    expect(rounded).toBeInstanceOf(Float32Array);
    rounded.forEach((value, i) => expect(Math.abs(value - logits[i]!)).toBeLessThan(1e-5));
  });
});

describe('the reference network', () => {
  const batch = randomBatch(BASE, LENGTHS, FRAMES, 2);

  it('runs with the parameters as they were until it is told that they changed', () => {
    const network = networkOf(BASE);
    const before = network.forward(batch);
    network.parameters.values.fill(0.1);
    expect(network.forward(batch)).toEqual(before);
    network.parametersChanged();
    expect(network.forward(batch)).not.toEqual(before);
  });

  it('answers the same after smaller and larger batches have used its buffers', () => {
    const network = networkOf(BASE);
    const small = randomBatch(BASE, [4, 2], 4, 5);
    const before = network.forward(small);
    network.forward(batch);
    expect(network.forward(small)).toEqual(before);
  });

  it('hands out logits that later calls do not overwrite', () => {
    const network = networkOf(BASE);
    const first = network.forward(batch);
    const copy = first.slice();
    network.forward({ ...batch, inputs: batch.inputs.map((value) => -value) });
    expect(first).toEqual(copy);
  });

  it('gives way to other work while it works through a large batch, to the same answer', async () => {
    let pauses = 0;
    const pause = (): Promise<void> => {
      pauses++;
      return new Promise((resolve) => setImmediate(resolve));
    };
    const network = createReferenceBackend({ pause }).createNetwork(BASE, randomParameters(BASE, 1));
    expect(await network.forwardAsync(batch)).toEqual(network.forward(batch));
    expect(pauses).toBe(2);
  });

  it('stops between slices when cancelled', async () => {
    const signal = { aborted: false };
    const pause = (): Promise<void> => {
      signal.aborted = true;
      return Promise.resolve();
    };
    const network = createReferenceBackend({ pause }).createNetwork(BASE, randomParameters(BASE, 1));
    await expect(network.forwardAsync(batch, signal)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it.each<[string, Partial<SequenceBatch>]>([
    ['no sequence', { inputs: new Float32Array(0), lengths: new Int32Array(0) }],
    ['a number too few', { inputs: batch.inputs.slice(1) }],
    ['a sequence of no frames', { lengths: batch.lengths.map((length, b) => (b === 2 ? 0 : length)) }],
    ['a sequence longer than the batch', { lengths: batch.lengths.map((length, b) => (b === 2 ? 10 : length)) }],
    ['no frames', { frameCount: 0, inputs: new Float32Array(0) }],
    ['half a frame', { frameCount: 8.5 }],
  ])('refuses a batch with %s', (_, change) => {
    expect(() => networkOf(BASE).forward({ ...batch, ...change })).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });

  it('refuses a streamed frame of another size and goes on from where it was', () => {
    const network = networkOf(BASE);
    const [stream, other] = [network.createStream(), network.createStream()];
    const frame = new Float32Array(5).fill(1);
    stream.step(frame);
    other.step(frame);
    expect(() => stream.step(new Float32Array(6))).toThrow(expect.objectContaining({ code: 'shape-mismatch' }));
    expect(stream.step(frame)).toEqual(other.step(frame));
  });

  it('refuses parameters of another shape', () => {
    const other = randomParameters({ ...BASE, hiddenSize: 10 }, 1);
    expect(() => createReferenceBackend().createNetwork(BASE, other)).toThrow(
      expect.objectContaining({ code: 'shape-mismatch' }),
    );
  });
});
