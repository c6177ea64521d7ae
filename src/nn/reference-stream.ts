import { attend, createAttentionActivations } from './attention.ts';
import { checkFrame } from './batch-checks.ts';
import { activationsFor, clearInitialStates, headForward, runLayers, type NetworkActivations } from './forward-pass.ts';
import { createMatrix, type Matrix } from './matrix.ts';
import type { NetworkShape, NetworkStream } from './network.ts';
import { packSequences, type Packing } from './packing.ts';
import type { FloatArray } from './parameters.ts';
import type { NetworkWeights } from './tensors.ts';

/**
 * One live sequence: the same layers as offline, over a batch of one sequence with one frame, from carried states.
 * After each frame the logits equal those of the sequence so far, to the last bit. Where the network attends to its states, all
 * of the sequence's are remembered until it is reset, as each frame may change how much every one of them counts.
 */
export class ReferenceStream implements NetworkStream {
  private readonly shape: NetworkShape;
  private readonly weights: NetworkWeights;
  private readonly logits: FloatArray;
  private readonly packing: Packing = packSequences(Int32Array.of(1));
  private readonly kept: NetworkActivations;
  /** `[H]`: sum of the top layer's states, whose mean the head sees when it pools so */
  private readonly stateSum: Float64Array;
  /** `[capacity, H]`: the top layer's states so far, where the network attends to them */
  private history: Matrix;
  private frameCount = 0;

  /** @param logits `[C]`, where each step's answer goes */
  constructor(shape: NetworkShape, weights: NetworkWeights, logits: FloatArray) {
    this.shape = shape;
    this.weights = weights;
    this.logits = logits;
    this.kept = activationsFor(undefined, shape, this.packing, false);
    this.stateSum = new Float64Array(shape.hiddenSize);
    this.history = createMatrix(0, shape.hiddenSize);
  }

  step(frame: FloatArray): FloatArray {
    checkFrame(this.shape, frame);
    const { kept, stateSum } = this;
    const H = this.shape.hiddenSize;
    kept.frames.values.set(frame);
    runLayers(this.weights, this.packing, kept);
    this.frameCount++;
    // Row 0 of the states is before the frame, row 1 after it.
    for (const { states, memory } of kept.layers) {
      states.values.copyWithin(0, H, 2 * H);
      memory.values.copyWithin(0, H, 2 * H);
    }
    const top = kept.layers.at(-1)!.states.values;
    if (kept.attention) this.attendTo(top.subarray(0, H));
    else
      for (let j = 0; j < H; j++) {
        stateSum[j] = stateSum[j]! + top[j]!;
        kept.pooled.values[j] = this.shape.pooling === 'mean' ? stateSum[j]! / this.frameCount : top[j]!;
      }
    headForward(this.weights, kept.pooled, kept.logits, 1);
    this.logits.set(kept.logits.values);
    return this.logits;
  }

  /** Remembers the newest state, and pools all of them. */
  private attendTo(state: Float64Array): void {
    const { kept, weights, frameCount } = this;
    const H = state.length;
    if (this.history.values.length < frameCount * H) {
      const grown = createMatrix(2 * frameCount, H);
      grown.values.set(this.history.values);
      this.history = grown;
    }
    this.history.values.set(state, (frameCount - 1) * H);
    const packing = packSequences(Int32Array.of(frameCount));
    const { form } = weights.attention!;
    const activations = createAttentionActivations(form, frameCount, 1, H);
    attend(weights.attention!, weights.queryWeightsT, this.history, packing, activations, kept.pooled);
  }

  reset(): void {
    clearInitialStates(this.kept, this.packing);
    this.stateSum.fill(0);
    this.frameCount = 0;
  }
}
