import { backwardPass, backwardScratchFor, type BackwardScratch } from './backward-pass.ts';
import { drawDropoutMasks, dropoutKey } from './dropout.ts';
import { activationsFor, forwardPass, type NetworkActivations } from './forward-pass.ts';
import { lossWithGradient, scoredAnswers, type LossResult } from './losses.ts';
import type { NetworkShape, SequenceBatch, Targets, TrainerSettings } from './network.ts';
import { packFrames, packSequences, unpackFrames } from './packing.ts';
import {
  clearTensors,
  createNetworkTensors,
  writeTensors,
  type NetworkTensors,
  type NetworkWeights,
} from './tensors.ts';
import { parameterCount, type FloatArray } from './parameters.ts';
import { answerPlaces } from './pooling.ts';
import { slicesOf } from './slices.ts';

/** Computes the loss of a batch and its gradient by backpropagation through time; keeps its buffers between batches. */
export class GradientComputer {
  /** `[parameters]`, in the order of `parameterLayout`: the gradient of the last batch's mean loss. */
  readonly gradient: Float64Array;
  private readonly shape: NetworkShape;
  private readonly weights: NetworkWeights;
  private readonly settings: Pick<TrainerSettings, 'dropout' | 'seed' | 'truncateFrames'>;
  private readonly tensors: NetworkTensors;
  private activations: NetworkActivations | undefined;
  private scratch: BackwardScratch | undefined;

  constructor(
    shape: NetworkShape,
    weights: NetworkWeights,
    settings: Pick<TrainerSettings, 'dropout' | 'seed' | 'truncateFrames'>,
  ) {
    this.shape = shape;
    this.weights = weights;
    this.settings = settings;
    this.tensors = createNetworkTensors(shape);
    this.gradient = new Float64Array(parameterCount(shape));
  }

  /**
   * Forward, loss and backward of one batch; the gradient is in `gradient` afterwards.
   *
   * @param step names the dropout masks: the same step of the same run drops the same units
   * @param pause awaited before each slice of the batch
   * @param dInputs `[B, T, I]`, overwritten with the gradient of the inputs (zero in padding) where given
   */
  async run(
    batch: SequenceBatch,
    targets: Targets,
    step: number,
    pause: () => Promise<void>,
    dInputs?: FloatArray,
  ): Promise<LossResult> {
    const { shape, weights, tensors } = this;
    const { dropout, seed, truncateFrames } = this.settings;
    const masksKey = dropoutKey(seed, step);
    let loss = 0;
    let correct = 0;
    const scored = scoredAnswers(shape, batch, targets);
    clearTensors(tensors);
    for (const { from, batch: slice } of slicesOf(batch, shape.inputSize)) {
      await pause();
      const packing = packSequences(slice.lengths);
      const kept = (this.activations = activationsFor(this.activations, shape, packing, dropout > 0));
      const scratch = (this.scratch = backwardScratchFor(this.scratch, shape, kept));
      packFrames(kept.frames, slice, packing);
      if (kept.dropout) drawDropoutMasks(shape.pooling, kept.dropout.masks, packing, dropout, masksKey, from);
      forwardPass(weights, shape, packing, kept);
      const answers = answerPlaces(shape.pooling, packing, from, batch.frameCount);
      const result = lossWithGradient(kept.logits, targets, answers, scored, scratch.dLogits);
      backwardPass(weights, shape, packing, kept, truncateFrames, scratch, tensors, dInputs !== undefined);
      if (dInputs)
        dInputs.set(
          unpackFrames(scratch.dFrames, packing, batch.frameCount),
          from * batch.frameCount * shape.inputSize,
        );
      loss += result.loss;
      correct += result.correct;
    }
    writeTensors(tensors, shape, this.gradient);
    return { loss, correct };
  }
}
