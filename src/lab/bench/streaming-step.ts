import type { Tensor as OnnxTensor } from 'onnxruntime-node';
import { createNativeBackend } from '../../native/native-backend.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import { compare, figure, type Comparison } from './figures.ts';
import { oneFrameNetwork, stateNames } from './onnx-graphs.ts';
import { loadOnnxRuntime } from './onnx-runtime.ts';
import { freshModel, randomNormals } from './random-work.ts';
import type { BenchCore } from './reduced-precision.ts';
import { contenderPart, type Contender } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

interface StepFigures {
  readonly stepMicroseconds: number;
  readonly comparisons: Comparison[];
}

export interface StreamingFigures extends StepFigures {
  /** With weights read as bf16; null where there is no native core. */
  readonly bf16: StepFigures | null;
}

/** So many frames make a run, so that reading the clock costs nothing beside them. */
const FRAMES_PER_RUN = 200;

/** One frame of one live sequence, called from JavaScript: the state goes on from frame to frame, logits come out. */
export async function createStreamingStep(
  shape: BenchShape,
  backend: ComputeBackend,
  core: BenchCore | undefined,
  torch: Torch | undefined,
): Promise<Subject<StreamingFigures>> {
  const { Tensor } = await import('onnxruntime-node');
  const key = `${shape.name} streaming`;
  const { inputSize, hiddenSize, layerCount } = shape;
  const values = randomNormals(FRAMES_PER_RUN * inputSize);
  const frames = Array.from({ length: FRAMES_PER_RUN }, (_, i) => values.slice(i * inputSize, (i + 1) * inputSize));
  const model = freshModel(shape, 'gru');
  const streamContender = (key: string, streaming: ComputeBackend): Contender => {
    const stream = streaming.createNetwork(model.shape, model.parameters).createStream();
    return {
      key,
      itemsPerRun: FRAMES_PER_RUN,
      run: () => {
        for (const frame of frames) stream.step(frame);
      },
    };
  };
  const bf16Key = `${key} bf16`;
  const bf16 = core && createNativeBackend(core.addon, core.instructionSet, { streamWeights: 'bfloat16' });
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
      contenderPart(streamContender(key, backend)),
      ...(bf16 ? [contenderPart(streamContender(bf16Key, bf16))] : []),
      ...peers.map(({ key, run }) => contenderPart({ key, itemsPerRun: FRAMES_PER_RUN, run })),
    ],
    report: (samples) => {
      const figures = (own: string): StepFigures => ({
        stepMicroseconds: figure(samples, own, 'microseconds'),
        comparisons: [
          compare(samples, own, onnxRuntime, peers, 'microseconds'),
          ...(torch ? [torch.compare(samples, shape.name, 'streaming', own, 'microseconds')] : []),
        ],
      });
      return { ...figures(key), bf16: bf16 ? figures(bf16Key) : null };
    },
    close: () => onnxRuntime.close(),
  };
}
