import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { exportedNetwork, oneFrameNetwork, stateNames } from '../../../src/lab/bench/onnx-graphs.ts';
import { freshModel, randomBatch } from '../../../src/lab/bench/random-work.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';

const shape = { name: 'T', frameCount: 7, inputSize: 3, hiddenSize: 5, layerCount: 2, classCount: 4, batchSize: 2 };

describe.each(['gru', 'gru-reset-after'] as const)('the ONNX networks that are timed (%s)', (cell) => {
  const model = freshModel(shape, cell);
  const network = createReferenceBackend().createNetwork(model.shape, model.parameters);
  const batch = randomBatch(shape);

  it('give the logits of Network.forward from normalised features', async () => {
    // A normaliser that would show if it were left in.
    const normaliser = { mean: new Float32Array(3).fill(9), deviation: new Float32Array(3).fill(0.1) };
    const session = await InferenceSession.create(exportedNetwork({ ...model, normaliser }));
    expect(session.outputNames).toEqual(['logits']);
    const { logits } = await session.run({ features: new Tensor('float32', batch.inputs, [2, 7, 3]) });
    await session.release();
    expectClose(logits!.data as Float32Array, network.forward(batch));
  });

  it('give the logits of a stream, frame by frame', async () => {
    const session = await InferenceSession.create(oneFrameNetwork(model));
    const stream = network.createStream();
    let states = [0, 1].map(() => new Tensor('float32', new Float32Array(5), [1, 1, 5]) as unknown);
    for (let frame = 0; frame < 7; frame++) {
      const values = batch.inputs.slice(frame * 3, frame * 3 + 3);
      const feeds = Object.fromEntries(states.map((state, layer) => [stateNames(layer).before, state as Tensor]));
      const results = await session.run({ frame: new Tensor('float32', values, [1, 1, 3]), ...feeds });
      expectClose(results['logits']!.data as Float32Array, stream.step(values));
      states = states.map((_, layer) => results[stateNames(layer).after]);
    }
    await session.release();
  });
});

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(Array.from(actual)).toEqual(Array.from(expected, (value) => expect.closeTo(value, 5) as number));
}
