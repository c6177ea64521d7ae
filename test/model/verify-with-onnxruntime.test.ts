import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { createFrameClassifier } from '../../src/model/frame-classifier.ts';
import type { Model } from '../../src/model/model.ts';
import { ModelProtoSchema } from '../../src/model/onnx/onnx_pb.ts';
import { readModel } from '../../src/model/onnx/read.ts';
import { writeModel } from '../../src/model/onnx/write.ts';
import { verifyWithOnnxRuntime } from '../../src/model/verify-with-onnxruntime.ts';
import { normaliseFrames } from '../../src/features/normaliser.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { traceAttention } from '../../src/nn/trace.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { randomFrames, randomModel } from './random-model.ts';

const backend = createReferenceBackend();
const clipsFor = (model: Model): Float32Array[] => [1, 2, 37, 98].map((frames) => randomFrames(model, frames, frames));

describe('ONNX Runtime on a written model', () => {
  it.each(
    [1, 2, 3].flatMap((layerCount) =>
      CELL_NAMES.flatMap((cell) =>
        (['last', 'mean'] as const).map((pooling) => ({ layerCount, cell, pooling, hiddenSize: 16 })),
      ),
    ),
  )('gives our logits to 1e-5: $layerCount layers of $cell, $pooling pooling', async (shape) => {
    const model = randomModel(shape);
    const { maxDifference, clipCount } = await verifyWithOnnxRuntime(
      writeModel(model),
      model,
      backend,
      clipsFor(model),
    );
    expect(clipCount).toBe(4);
    expect(maxDifference).toBeLessThan(1e-5);
  });

  it.each(
    (['attention', 'multi-head'] as const).flatMap((pooling) =>
      (['gru', 'lstm'] as const).map((cell) => ({ layerCount: 2, cell, pooling, hiddenSize: 16 })),
    ),
  )('gives our logits and weights of frames to 1e-5: $layerCount layers of $cell, $pooling pooling', async (shape) => {
    const model = randomModel(shape);
    const bytes = writeModel(model);
    const { maxDifference } = await verifyWithOnnxRuntime(bytes, model, backend, clipsFor(model));
    expect(maxDifference).toBeLessThan(1e-5);
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(bytes);
    const clip = randomFrames(model, 20, 1);
    const { attention } = await session.run({ features: new Tensor('float32', clip, [1, 20, 5]) });
    const ours = traceAttention(model.shape, model.parameters, normaliseFrames(clip, model.normaliser))!;
    expect(attention!.dims).toEqual([1, 20, ours.heads]);
    [...(attention!.data as Float32Array)].forEach((value, i) =>
      expect(Math.abs(value - ours.weights[i]!)).toBeLessThan(1e-5),
    );
    await session.release();
  });

  it.each(['gru', 'gru-reset-after'] as const)('would differ if z were not negated (%s)', async (cell) => {
    const model = randomModel({ hiddenSize: 16, cell });
    const difference = async (alter: (name: string, values: Float32Array) => void): Promise<number> => {
      const bytes = alteredWeights(writeModel(model), alter);
      return (await verifyWithOnnxRuntime(bytes, model, backend, [randomFrames(model, 37, 5)])).maxDifference;
    };
    const updateGateRows = (name: string, values: Float32Array): void => {
      const rows =
        name === 'gru.0.B'
          ? [values.subarray(0, 16), values.subarray(48, 64)]
          : [values.subarray(0, values.length / 3)];
      for (const row of rows) row.forEach((value, i) => (row[i] = -value));
    };
    expect(await difference(() => {})).toBeLessThan(1e-5);
    expect(await difference(updateGateRows)).toBeGreaterThan(0.1);
  });

  it('takes batches of any size and gives probabilities that are our posteriors', async () => {
    const model = randomModel({ hiddenSize: 16, layerCount: 2, pooling: 'mean' });
    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(writeModel(model));
    const clips = [randomFrames(model, 20, 1), randomFrames(model, 20, 2), randomFrames(model, 20, 3)];
    const features = new Tensor('float32', Float32Array.from(clips.flatMap((clip) => [...clip])), [3, 20, 5]);
    const { probabilities } = await session.run({ features });
    expect(probabilities!.dims).toEqual([3, 5]);
    const classifier = createFrameClassifier(model, backend);
    const expected = clips.flatMap((clip) => [...classifier.posteriorsOfFrames(clip)]);
    [...(probabilities!.data as Float32Array)].forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5));
    await session.release();
  });

  it('agrees with a model read back from the file', async () => {
    const bytes = writeModel(randomModel({ hiddenSize: 16, cell: 'gru-reset-after' }));
    const model = readModel(bytes, 'model.onnx');
    expect((await verifyWithOnnxRuntime(bytes, model, backend, clipsFor(model))).maxDifference).toBeLessThan(1e-5);
  });

  it('does not take NaN for agreement', async () => {
    const model = randomModel();
    const bytes = alteredWeights(writeModel(model), (name, values) => name === 'head.bias' && values.fill(NaN));
    const { maxDifference } = await verifyWithOnnxRuntime(bytes, model, backend, [randomFrames(model, 3, 1)]);
    expect(maxDifference).toBe(Infinity);
  });
});

/** The file with its GRU's and head's float tensors passed through `alter`. */
function alteredWeights(bytes: Uint8Array, alter: (name: string, values: Float32Array) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, bytes);
  for (const tensor of proto.graph!.initializer) {
    if (!tensor.name.startsWith('gru.0') && tensor.name !== 'head.bias') continue;
    const values = new Float32Array(tensor.rawData.slice().buffer);
    alter(tensor.name, values);
    tensor.rawData = new Uint8Array(values.buffer);
  }
  return toBinary(ModelProtoSchema, proto);
}
