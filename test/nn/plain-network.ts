import type { NetworkShape, SequenceBatch, Targets } from '../../src/nn/network.ts';
import { tensorValues, type FloatArray, type ParameterSet } from '../../src/nn/parameters.ts';

/** States that truncated BPTT holds still: remembered by the first run with the same object, read by the later ones. */
export interface CarriedStates {
  readonly truncateFrames: number;
  readonly states: Map<string, Float64Array>;
}

/** Views of a parameter set's tensors by name, looked up once: finite differences ask for them very often. */
const knownViews = new WeakMap<ParameterSet, Map<string, FloatArray>>();

function tensorView(parameters: ParameterSet, name: string): FloatArray {
  let views = knownViews.get(parameters);
  if (!views) {
    views = new Map(parameters.tensors.map((tensor) => [tensor.name, tensorValues(parameters, tensor.name)]));
    knownViews.set(parameters, views);
  }
  return views.get(name)!;
}

/**
 * The loss of a batch, straight from the equations: one sequence, one unit, one term at a time. Shares no code with what
 * it is compared with.
 */
export function plainLoss(
  shape: NetworkShape,
  parameters: ParameterSet,
  batch: SequenceBatch,
  targets: Targets,
  carried?: CarriedStates,
): number {
  const { inputSize, classCount } = shape;
  let loss = 0;
  batch.lengths.forEach((length, b) => {
    const start = b * batch.frameCount * inputSize;
    const logits = plainLogits(shape, parameters, batch.inputs.subarray(start, start + length * inputSize), b, carried);
    if (targets.loss === 'cross-entropy') {
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      loss -= Math.log(Math.exp(logits[targets.classes[b]!]!) / total);
    } else {
      logits.forEach((logit, c) => (loss += (logit - targets.values[b * classCount + c]!) ** 2 / classCount));
    }
  });
  return loss / batch.lengths.length;
}

/** Logits `[C]` of one sequence `[T, I]`; `sequence` names it in `carried`. */
export function plainLogits(
  shape: NetworkShape,
  parameters: ParameterSet,
  frames: FloatArray,
  sequence = 0,
  carried?: CarriedStates,
): Float64Array {
  const { hiddenSize: H, pooling, classCount } = shape;
  const frameCount = frames.length / shape.inputSize;
  let states = Float64Array.from(frames);
  for (let layer = 0; layer < shape.layerCount; layer++)
    states = plainLayer(shape, parameters, layer, states, frameCount, `sequence ${sequence}`, carried);
  const pooled = new Float64Array(H);
  for (let t = pooling === 'last' ? frameCount - 1 : 0; t < frameCount; t++)
    for (let j = 0; j < H; j++) pooled[j] = pooled[j]! + states[t * H + j]! / (pooling === 'last' ? 1 : frameCount);
  const weights = tensorView(parameters, 'head.weights');
  const bias = tensorView(parameters, 'head.bias');
  return Float64Array.from({ length: classCount }, (_, c) => {
    let sum = bias[c]!;
    for (let j = 0; j < H; j++) sum += weights[c * H + j]! * pooled[j]!;
    return sum;
  });
}

/** States `[T, H]` of one layer over inputs `[T, D]`. */
function plainLayer(
  shape: NetworkShape,
  parameters: ParameterSet,
  layer: number,
  inputs: Float64Array,
  frameCount: number,
  sequence: string,
  carried: CarriedStates | undefined,
): Float64Array<ArrayBuffer> {
  const H = shape.hiddenSize;
  const D = inputs.length / frameCount;
  const tensor = (name: string): FloatArray => tensorView(parameters, `layers.${layer}.${name}`);
  const [resetWeights, updateWeights, candidateWeights] = [
    tensor('reset.weights'),
    tensor('update.weights'),
    tensor('candidate.weights'),
  ];
  const [resetBias, updateBias, candidateBias] = [
    tensor('reset.bias'),
    tensor('update.bias'),
    tensor('candidate.bias'),
  ];
  const recurrentBias = shape.resetAfter ? tensor('candidate.recurrentBias') : undefined;
  const fromState = (weights: FloatArray, row: number, h: Float64Array): number => dot(weights, row * (H + D), h, 0, H);
  const fromInput = (weights: FloatArray, row: number, t: number): number =>
    dot(weights, row * (H + D) + H, inputs, t * D, D);
  const states = new Float64Array(frameCount * H);
  const h = new Float64Array(H);
  const r = new Float64Array(H);
  const resetState = new Float64Array(H);
  for (let t = 0; t < frameCount; t++) {
    if (carried && t > 0 && t % carried.truncateFrames === 0) {
      const key = `${sequence}, layer ${layer}, frame ${t}`;
      if (!carried.states.has(key)) carried.states.set(key, h.slice());
      h.set(carried.states.get(key)!);
    }
    for (let j = 0; j < H; j++) {
      r[j] = sigmoid(fromState(resetWeights, j, h) + fromInput(resetWeights, j, t) + resetBias[j]!);
      resetState[j] = r[j]! * h[j]!;
    }
    for (let j = 0; j < H; j++) {
      const z = sigmoid(fromState(updateWeights, j, h) + fromInput(updateWeights, j, t) + updateBias[j]!);
      const recurrent = recurrentBias
        ? r[j]! * (fromState(candidateWeights, j, h) + recurrentBias[j]!)
        : fromState(candidateWeights, j, resetState);
      const candidate = Math.tanh(fromInput(candidateWeights, j, t) + candidateBias[j]! + recurrent);
      states[t * H + j] = (1 - z) * h[j]! + z * candidate;
    }
    for (let j = 0; j < H; j++) h[j] = states[t * H + j]!;
  }
  return states;
}

function dot(a: FloatArray, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[aStart + k]! * b[bStart + k]!;
  return sum;
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}
