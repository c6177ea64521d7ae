import type { Tensor } from 'onnxruntime-node';
import { allFrames, clipFrames } from '../../features/clip-features.ts';
import type { FrameExtractor } from '../../features/frame-extractor.ts';
import { normaliseFrames } from '../../features/normaliser.ts';
import { windowLength } from '../../features/settings.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import { createFrameClassifier } from '../frame-classifier.ts';
import type { Model } from '../model.ts';
import { heardWindowStart } from '../recogniser.ts';
import { type ExportForm, stateSize, tailLength } from './forms.ts';
import { STREAM_NAMES } from './network-graph.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

/** What runs an export: ONNX Runtime's session, or whatever else can. Without `fetches`, all outputs are answered. */
export interface ExportSession {
  run(feeds: Feeds, fetches?: readonly string[]): Promise<Feeds>;
}

/**
 * One form at work on sounds of 16 kHz: `ours` by Heed, `theirs` by another program on a batch of sounds of the same length.
 * Each sound's answer is all its logits one behind the other: of a stream, those after every frame.
 */
export interface FormRun {
  ours(model: Model, backend: ComputeBackend, extractor: FrameExtractor): (sound: Float32Array) => Float32Array;
  theirs(
    session: ExportSession,
    model: Model,
    extractor: FrameExtractor,
    sounds: readonly Float32Array[],
  ): Promise<Float32Array[]>;
}

export const FORM_RUNS: Readonly<Record<ExportForm, FormRun>> = {
  clip: {
    ours: logitsOfClip,
    theirs: async (session, { features }, extractor, sounds) => {
      const frames = sounds.map((sound) => clipFrames(sound, extractor).values);
      const dimensions = [sounds.length, features.windowFrames, features.coefficients];
      return rows(await logits(session, { features: await tensor(frames, dimensions) }));
    },
  },
  audio: {
    ours: (model, backend, extractor) => {
      const ofClip = logitsOfClip(model, backend, extractor);
      const length = windowLength(model.features);
      return (sound) => ofClip(sound.subarray(heardWindowStart(sound, length)));
    },
    theirs: async (session, _model, _extractor, sounds) => {
      const samples = await tensor(sounds, [sounds.length, sounds[0]!.length]);
      return rows(await logits(session, { samples }));
    },
  },
  stream: {
    ours: logitsOfStream,
    theirs: async (session, model, extractor, sounds) => {
      const { coefficients } = model.features;
      const frames = sounds.map((sound) => allFrames(sound, extractor).values);
      const count = frames[0]!.length / coefficients;
      return overTime(session, model, sounds.length, count, async (frame) => {
        const from = frame * coefficients;
        const now = frames.map((values) => values.subarray(from, from + coefficients));
        return { frame: await tensor(now, [sounds.length, coefficients]) };
      });
    },
  },
  'stream-audio': {
    ours: logitsOfStream,
    theirs: async (session, model, _extractor, sounds) => {
      const { hopLength } = model.features;
      const tailed = tailLength(model.features);
      const count = Math.floor((sounds[0]!.length - tailed) / hopLength);
      let tail = await tensor(
        sounds.map((sound) => sound.subarray(0, tailed)),
        [sounds.length, tailed],
      );
      return overTime(
        session,
        model,
        sounds.length,
        count,
        async (hop) => {
          const from = tailed + hop * hopLength;
          const now = sounds.map((sound) => sound.subarray(from, from + hopLength));
          return { samples: await tensor(now, [sounds.length, hopLength]), [STREAM_NAMES.tail]: tail };
        },
        (outputs) => (tail = outputs[STREAM_NAMES.nextTail]!),
      );
    },
  },
};

function logitsOfClip(model: Model, backend: ComputeBackend, extractor: FrameExtractor) {
  const classifier = createFrameClassifier(model, backend);
  return (sound: Float32Array): Float32Array => classifier.logitsOfFrames(clipFrames(sound, extractor).values);
}

function logitsOfStream(model: Model, backend: ComputeBackend, extractor: FrameExtractor) {
  const { classCount } = model.shape;
  const stream = backend.createNetwork(model.shape, model.parameters).createStream();
  return (sound: Float32Array): Float32Array => {
    const { frameCount, coefficients, values } = allFrames(sound, extractor);
    const normalised = normaliseFrames(values, model.normaliser);
    const answers = new Float32Array(frameCount * classCount);
    stream.reset();
    for (let frame = 0; frame < frameCount; frame++) {
      const from = frame * coefficients;
      answers.set(stream.step(normalised.subarray(from, from + coefficients)), frame * classCount);
    }
    return answers;
  };
}

/** Feeds a stream's graph step by step, carrying the state along. */
async function overTime(
  session: ExportSession,
  { shape }: Model,
  batchSize: number,
  steps: number,
  inputs: (step: number) => Promise<Feeds>,
  carry: (outputs: Feeds) => void = () => undefined,
): Promise<Float32Array[]> {
  const { classCount } = shape;
  const answers = Array.from({ length: batchSize }, () => new Float32Array(steps * classCount));
  const size = stateSize(shape);
  let state = await tensor(
    answers.map(() => new Float32Array(size)),
    [batchSize, size],
  );
  for (let step = 0; step < steps; step++) {
    const outputs: Feeds = await session.run({ ...(await inputs(step)), [STREAM_NAMES.state]: state });
    state = outputs[STREAM_NAMES.nextState]!;
    carry(outputs);
    rows(outputs['logits']!).forEach((row, index) => answers[index]!.set(row, step * classCount));
  }
  return answers;
}

async function logits(session: ExportSession, feeds: Feeds): Promise<Tensor> {
  return (await session.run(feeds, ['logits']))['logits']!;
}

/** Rows one behind the other, as a tensor of these dimensions. */
async function tensor(values: readonly Float32Array[], dimensions: readonly number[]): Promise<Tensor> {
  const { Tensor: OnnxTensor } = await import('onnxruntime-node');
  const length = values[0]!.length;
  const joined = new Float32Array(values.length * length);
  values.forEach((row, index) => joined.set(row, index * length));
  return new OnnxTensor('float32', joined, dimensions);
}

/** The rows of a `[batch, n]` tensor. */
function rows({ data, dims }: Tensor): Float32Array[] {
  const [count, length] = dims as [number, number];
  return Array.from({ length: count }, (_, row) => (data as Float32Array).subarray(row * length, (row + 1) * length));
}
