import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import type { ComputeBackend } from '../../nn/network.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { oneFrameNetwork, stateNames } from './onnx-graphs.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { freshModel, randomNormals } from './random-work.ts';
import { contenderPart } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

export interface StreamingFigures {
  readonly stepMicroseconds: number;
  readonly comparisons: Comparison[];
}

/** So many frames make a run, so that reading the clock costs nothing beside them. */
const FRAMES_PER_RUN = 200;

/** One frame of one live sequence, called from JavaScript: the state goes on from frame to frame, logits come out. */
export async function createStreamingStep(
  shape: BenchShape,
  backend: ComputeBackend,
  torch: Torch | undefined,
): Promise<Subject<StreamingFigures>> {
  const { Tensor } = await import('onnxruntime-node');
  const key = `${shape.name} streaming`;
  const { inputSize, hiddenSize, layerCount } = shape;
  const values = randomNormals(FRAMES_PER_RUN * inputSize);
  const frames = Array.from({ length: FRAMES_PER_RUN }, (_, i) => values.slice(i * inputSize, (i + 1) * inputSize));
  const model = freshModel(shape, false);
  const stream = backend.createNetwork(model.shape, model.parameters).createStream();
  const onnxRuntime = await loadOnnxRuntime(shape, oneFrameNetwork);
  const tensors = frames.map((frame) => new Tensor('float32', frame, [1, 1, inputSize]));
  const peers = onnxRuntime.variants.map(({ name, session }) => {
    const states = Array.from(
      { length: layerCount },
      (): OnnxTensor => new Tensor('float32', new Float32Array(hiddenSize), [1, 1, hiddenSize]),
    );
    const names = states.map((_, layer) => stateNames(layer));
    const run = async (): Promise<void> => {
      for (const frame of tensors) {
        const feeds: Record<string, OnnxTensor> = { frame };
        names.forEach(({ before }, layer) => (feeds[before] = states[layer]!));
        const results = await session.run(feeds);
        names.forEach(({ after }, layer) => (states[layer] = results[after]!));
      }
    };
    return { name, key: `${key} ${name}`, run };
  });
  return {
    parts: [
      contenderPart({
        key,
        itemsPerRun: FRAMES_PER_RUN,
        run: () => {
          for (const frame of frames) stream.step(frame);
        },
      }),
      ...peers.map(({ key, run }) => contenderPart({ key, itemsPerRun: FRAMES_PER_RUN, run })),
    ],
    report: (samples) => ({
      stepMicroseconds: figure(samples, key, 'microseconds'),
      comparisons: [
        compare(samples, key, onnxRuntime, peers, 'microseconds'),
        ...(torch ? [torch.compare(samples, shape.name, 'streaming', key, 'microseconds')] : []),
      ],
    }),
    close: () => onnxRuntime.close(),
  };
}
