import type { ComputeBackend, Precision } from '../../nn/network.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { exportedNetwork } from './onnx-graphs.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { freshModel, randomBatch } from './random-work.ts';
import type { Reduced, ReducedBackend } from './reduced-precision.ts';
import { contenderPart, type Contender } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

interface BatchFigures {
  readonly utterancesPerSecond: number;
  readonly comparisons: Comparison[];
}

export interface InferenceFigures extends BatchFigures {
  /** With products of 16 bits. */
  readonly reduced: Reduced<BatchFigures>[];
}

/** Logits of a whole batch at once: Heed's on all threads, ONNX Runtime's on the exported network. */
export async function createBatchInference(
  shape: BenchShape,
  backend: ComputeBackend,
  reduced: readonly ReducedBackend[],
  torch: Torch | undefined,
): Promise<Subject<InferenceFigures>> {
  const { Tensor } = await import('onnxruntime-node');
  const key = `${shape.name} inference`;
  const batch = randomBatch(shape);
  const { batchSize, frameCount, inputSize } = shape;
  const model = freshModel(shape, 'gru');
  const keyOf = (precision: Precision): string => `${key} ${precision}`;
  const contender = (own: string, backend: ComputeBackend): Contender => {
    const network = backend.createNetwork(model.shape, model.parameters);
    return { key: own, itemsPerRun: batchSize, run: async () => void (await network.forwardAsync(batch)) };
  };
  const onnxRuntime = await loadOnnxRuntime(shape, exportedNetwork);
  const features = new Tensor('float32', batch.inputs, [batchSize, frameCount, inputSize]);
  const peers = onnxRuntime.variants.map(({ name, session }) => ({
    name,
    key: `${key} ${name}`,
    run: async () => void (await session.run({ features }, ['logits'])),
  }));
  return {
    parts: [
      contenderPart(contender(key, backend)),
      ...reduced.map(({ precision, backend }) => contenderPart(contender(keyOf(precision), backend))),
      ...peers.map(({ key, run }) => contenderPart({ key, itemsPerRun: batchSize, run })),
    ],
    report: (samples) => {
      const figures = (own: string): BatchFigures => ({
        utterancesPerSecond: figure(samples, own, 'per second'),
        comparisons: [
          compare(samples, own, onnxRuntime, peers, 'per second'),
          ...(torch ? [torch.compare(samples, shape.name, 'inference', own, 'per second')] : []),
        ],
      });
      return {
        ...figures(key),
        reduced: reduced.map(({ precision }) => ({ precision, ...figures(keyOf(precision)) })),
      };
    },
    close: () => onnxRuntime.close(),
  };
}
