import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';
import { checkBatch } from './batch-checks.ts';
import { activationsFor, forwardPass, type NetworkActivations } from './forward-pass.ts';
import {
  answersPerSequence,
  type Network,
  type NetworkShape,
  type NetworkStream,
  type OptimiserState,
  type SequenceBatch,
  type Trainer,
  type TrainerSettings,
} from './network.ts';
import { packFrames, packSequences } from './packing.ts';
import { parameterCount, type FloatArray, type ParameterSet } from './parameters.ts';
import { answerPlaces } from './pooling.ts';
import { ReferenceStream } from './reference-stream.ts';
import { ReferenceTrainer } from './reference-trainer.ts';
import { slicesOf } from './slices.ts';
import { createNetworkWeights, loadWeights, type NetworkWeights } from './tensors.ts';

/** The network in plain TypeScript: computes in double precision whatever precision its parameters are kept in. */
export class ReferenceNetwork implements Network {
  readonly shape: NetworkShape;
  readonly parameters: ParameterSet;
  private readonly pause: () => Promise<void>;
  private readonly weights: NetworkWeights;
  private activations: NetworkActivations | undefined;

  /** @throws {HeedError} shape-mismatch for an impossible shape, or parameters that do not fit it */
  constructor(shape: NetworkShape, parameters: ParameterSet, pause: () => Promise<void>) {
    const count = parameterCount(shape);
    if (parameters.values.length !== count)
      throw new HeedError(
        'shape-mismatch',
        `This network has ${count} parameters, but ${parameters.values.length} were given.`,
      );
    this.shape = shape;
    this.parameters = parameters;
    this.pause = pause;
    this.weights = createNetworkWeights(shape);
    this.parametersChanged();
  }

  parametersChanged(): void {
    loadWeights(this.weights, this.shape, this.parameters.values);
  }

  forward(batch: SequenceBatch): FloatArray {
    const logits = this.createLogits(checkBatch(this.shape, batch), batch.frameCount);
    for (const slice of slicesOf(batch, this.shape.inputSize)) this.forwardSlice(slice.batch, slice.from, logits);
    return logits;
  }

  async forwardAsync(batch: SequenceBatch, signal?: CancelSignal): Promise<FloatArray> {
    const logits = this.createLogits(checkBatch(this.shape, batch), batch.frameCount);
    for (const slice of slicesOf(batch, this.shape.inputSize)) {
      await this.pause();
      if (signal?.aborted) throw new HeedError('cancelled', 'Recognition was cancelled; nothing was changed.');
      this.forwardSlice(slice.batch, slice.from, logits);
    }
    return logits;
  }

  createStream(): NetworkStream {
    return new ReferenceStream(this.shape, this.weights, this.createLogits(1, 1));
  }

  createTrainer(settings: TrainerSettings, state?: OptimiserState): Trainer {
    return new ReferenceTrainer(this, this.weights, settings, this.pause, state);
  }

  /** `[sequences, C]` or without pooling `[sequences, frameCount, C]`, in the precision of the parameters */
  private createLogits(sequences: number, frameCount: number): FloatArray {
    const length = sequences * answersPerSequence(this.shape, frameCount) * this.shape.classCount;
    return this.parameters.values instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
  }

  private forwardSlice(batch: SequenceBatch, from: number, logits: FloatArray): void {
    const packing = packSequences(batch.lengths);
    const kept = (this.activations = activationsFor(this.activations, this.shape, packing, false));
    packFrames(kept.frames, batch, packing);
    forwardPass(this.weights, this.shape, packing, kept);
    const { classCount, pooling } = this.shape;
    answerPlaces(pooling, packing, from, batch.frameCount).forEach((answer, a) =>
      logits.set(kept.logits.values.subarray(a * classCount, (a + 1) * classCount), answer * classCount),
    );
  }
}
