import type { ComputeBackend } from '../../nn/network.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { exportedNetwork } from './onnx-graphs.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { freshModel, randomBatch } from './random-work.ts';
import { contenderPart, type Contender } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

interface BatchFigures {
  readonly utterancesPerSecond: number;
  readonly comparisons: Comparison[];
}

export interface InferenceFigures extends BatchFigures {
  /** With products in bfloat16; null where the processor has no instructions for it. */
  readonly bf16: BatchFigures | null;
}

/** Logits of a whole batch at once: Heed's on all threads, ONNX Runtime's on the exported network. */
export async function createBatchInference(
  shape: BenchShape,
  backend: ComputeBackend,
  bf16: ComputeBackend | undefined,
  torch: Torch | undefined,
): Promise<Subject<InferenceFigures>> {
  const { Tensor } = await import('onnxruntime-node');
  const key = `${shape.name} inference`;
  const batch = randomBatch(shape);
  const { batchSize, frameCount, inputSize } = shape;
  const model = freshModel(shape, 'gru');
  const bf16Key = `${key} bf16`;
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
      ...(bf16 ? [contenderPart(contender(bf16Key, bf16))] : []),
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
      return { ...figures(key), bf16: bf16 ? figures(bf16Key) : null };
    },
    close: () => onnxRuntime.close(),
  };
}
