import type { InferenceSession } from 'onnxruntime-node';
import type { ComputeBackend } from '../nn/network.ts';
import { createFrameClassifier } from './frame-classifier.ts';
import type { Model } from './model.ts';
import { withOnnxSession } from './onnx-session.ts';

/** How far ONNX Runtime on the file and our own network are apart. */
export interface Verification {
  /** The largest absolute difference of any logit. */
  readonly maxDifference: number;
  readonly clipCount: number;
}

/**
 * Runs a model file in ONNX Runtime and the model in our own network, on the same clips. Not for worker threads, where
 * ONNX Runtime can abort the process.
 *
 * @param bytes  the file, as `writeModel` made it
 * @param clips  raw (not normalised) MFCCs, `[frames, coefficients]` each; lengths may differ
 * @throws {HeedError} shape-mismatch where a clip is not a whole number of frames; what ONNX Runtime throws
 */
export async function verifyWithOnnxRuntime(
  bytes: Uint8Array,
  model: Model,
  backend: ComputeBackend,
  clips: readonly Float32Array[],
): Promise<Verification> {
  const classifier = createFrameClassifier(model, backend);
  let maxDifference = 0;
  await withOnnxSession(bytes, async (session) => {
    for (const clip of clips) {
      const ours = classifier.logitsOfFrames(clip);
      const theirs = await onnxLogits(session, clip, model.features.coefficients);
      // NaN compares with nothing, and must not pass for agreement.
      ours.forEach((logit, i) => {
        const difference = Math.abs(logit - theirs[i]!);
        if (!(difference <= maxDifference)) maxDifference = Number.isNaN(difference) ? Infinity : difference;
      });
    }
  });
  return { maxDifference, clipCount: clips.length };
}

async function onnxLogits(session: InferenceSession, clip: Float32Array, coefficients: number): Promise<Float32Array> {
  const { Tensor } = await import('onnxruntime-node');
  const features = new Tensor('float32', clip, [1, clip.length / coefficients, coefficients]);
  const { logits } = await session.run({ features }, ['logits']);
  return logits!.data as Float32Array;
}
