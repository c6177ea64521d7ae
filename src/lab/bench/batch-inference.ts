import type { ComputeBackend } from '../../nn/network.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { exportedNetwork } from './onnx-graphs.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { freshModel, randomBatch } from './random-work.ts';
import { contenderPart } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

export interface InferenceFigures {
  readonly utterancesPerSecond: number;
  readonly comparisons: Comparison[];
}

/** Logits of a whole batch at once: Heed's on all threads, ONNX Runtime's on the exported network. */
export async function createBatchInference(
  shape: BenchShape,
  backend: ComputeBackend,
  torch: Torch | undefined,
): Promise<Subject<InferenceFigures>> {
  const { Tensor } = await import('onnxruntime-node');
  const key = `${shape.name} inference`;
  const batch = randomBatch(shape);
  const { batchSize, frameCount, inputSize } = shape;
  const model = freshModel(shape, false);
  const network = backend.createNetwork(model.shape, model.parameters);
  const onnxRuntime = await loadOnnxRuntime(shape, exportedNetwork);
  const features = new Tensor('float32', batch.inputs, [batchSize, frameCount, inputSize]);
  const peers = onnxRuntime.variants.map(({ name, session }) => ({
    name,
    key: `${key} ${name}`,
    run: async () => void (await session.run({ features }, ['logits'])),
  }));
  return {
    parts: [
      contenderPart({ key, itemsPerRun: batchSize, run: async () => void (await network.forwardAsync(batch)) }),
      ...peers.map(({ key, run }) => contenderPart({ key, itemsPerRun: batchSize, run })),
    ],
    report: (samples) => ({
      utterancesPerSecond: figure(samples, key, 'per second'),
      comparisons: [
        compare(samples, key, onnxRuntime, peers, 'per second'),
        ...(torch ? [torch.compare(samples, shape.name, 'inference', key, 'per second')] : []),
      ],
    }),
    close: () => onnxRuntime.close(),
  };
}
