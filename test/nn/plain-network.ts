import { UNSCORED, type NetworkShape, type SequenceBatch, type Targets } from '../../src/nn/network.ts';
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
  const { inputSize, classCount, pooling } = shape;
  let loss = 0;
  let scored = 0;
  const add = (logits: Float64Array, answer: number): void => {
    if (targets.loss === 'cross-entropy') {
      if (targets.classes[answer] === UNSCORED) return;
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      loss -= Math.log(Math.exp(logits[targets.classes[answer]!]!) / total);
    } else {
      logits.forEach((logit, c) => (loss += (logit - targets.values[answer * classCount + c]!) ** 2 / classCount));
    }
    scored++;
  };
  batch.lengths.forEach((length, b) => {
    const start = b * batch.frameCount * inputSize;
    const logits = plainLogits(shape, parameters, batch.inputs.subarray(start, start + length * inputSize), b, carried);
    for (let t = 0; t < length; t++)
      if (pooling === 'none') add(logits.subarray(t * classCount, (t + 1) * classCount), b * batch.frameCount + t);
    if (pooling !== 'none') add(logits, b);
  });
  return loss / scored;
}

/** Logits `[C]`, without pooling `[T, C]`, of one sequence `[T, I]`; `sequence` names it in `carried`. */
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
  if (pooling === 'none') {
    const answers = Array.from({ length: frameCount }, (_, t) =>
      plainHead(parameters, states.subarray(t * H, (t + 1) * H), classCount),
    );
    return Float64Array.from(answers.flatMap((logits) => [...logits]));
  }
  if (pooling === 'attention' || pooling === 'multi-head')
    return plainHead(parameters, plainAttention(pooling, parameters, states, H), classCount);
  const pooled = new Float64Array(H);
  for (let t = pooling === 'last' ? frameCount - 1 : 0; t < frameCount; t++)
    for (let j = 0; j < H; j++) pooled[j] = pooled[j]! + states[t * H + j]! / (pooling === 'last' ? 1 : frameCount);
  return plainHead(parameters, pooled, classCount);
}

/** The weighted sum `[H]` of states `[T, H]`. */
function plainAttention(
  pooling: 'attention' | 'multi-head',
  parameters: ParameterSet,
  states: Float64Array,
  H: number,
): Float64Array {
  const frames = Array.from({ length: states.length / H }, (_, t) => states.subarray(t * H, (t + 1) * H));
  const last = frames.at(-1)!;
  const heads = pooling === 'attention' ? 1 : 4;
  const size = H / heads;
  const query = (unit: number): number => {
    if (pooling === 'attention') return tensorView(parameters, 'pooling.query')[unit]!;
    const sum = dot(tensorView(parameters, 'pooling.query.weights'), unit * H, last, 0, H);
    return (sum + tensorView(parameters, 'pooling.query.bias')[unit]!) / Math.sqrt(size);
  };
  const queries = Float64Array.from({ length: H }, (_, unit) => query(unit));
  return new Float64Array(H).map((_, unit) => {
    const first = Math.floor(unit / size) * size;
    const scores = frames.map((state) => Math.exp(dot(queries, first, state, first, size)));
    const total = scores.reduce((sum, score) => sum + score, 0);
    return frames.reduce((sum, state, t) => sum + (scores[t]! / total) * state[unit]!, 0);
  });
}

/** Logits `[C]` of one state `[H]`. */
function plainHead(parameters: ParameterSet, state: Float64Array, classCount: number): Float64Array {
  const H = state.length;
  const weights = tensorView(parameters, 'head.weights');
  const bias = tensorView(parameters, 'head.bias');
  return Float64Array.from({ length: classCount }, (_, c) => {
    let sum = bias[c]!;
    for (let j = 0; j < H; j++) sum += weights[c * H + j]! * state[j]!;
    return sum;
  });
}

/** The weights of one layer by name, `[H, H + D]` over `[h, x]`, and its biases. */
type LayerTensor = (name: string) => FloatArray;

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
  const tensor: LayerTensor = (name) => tensorView(parameters, `layers.${layer}.${name}`);
  const states = new Float64Array(frameCount * H);
  let h = new Float64Array(H);
  let c = new Float64Array(H);
  for (let t = 0; t < frameCount; t++) {
    if (carried && t > 0 && t % carried.truncateFrames === 0) {
      const key = `${sequence}, layer ${layer}, frame ${t}`;
      if (!carried.states.has(key)) carried.states.set(key, Float64Array.of(...h, ...c));
      h = carried.states.get(key)!.slice(0, H);
      c = carried.states.get(key)!.slice(H);
    }
    const x = inputs.subarray(t * D, (t + 1) * D);
    [h, c] = plainStep(shape.cell, tensor, x, h, c);
    states.set(h, t * H);
  }
  return states;
}

/** One frame of one cell, as its equations read: the new h and c. */
function plainStep(
  cell: NetworkShape['cell'],
  tensor: LayerTensor,
  x: Float64Array,
  h: Float64Array<ArrayBuffer>,
  c: Float64Array<ArrayBuffer>,
): [Float64Array<ArrayBuffer>, Float64Array<ArrayBuffer>] {
  const [H, D] = [h.length, x.length];
  const each = (value: (j: number) => number): Float64Array<ArrayBuffer> => new Float64Array(H).map((_, j) => value(j));
  const fromState = (gate: string, state: Float64Array): Float64Array<ArrayBuffer> => {
    const weights = tensor(`${gate}.weights`);
    return each((j) => dot(weights, j * (H + D), state, 0, H));
  };
  const fromInput = (gate: string): Float64Array<ArrayBuffer> => {
    const [weights, bias] = [tensor(`${gate}.weights`), tensor(`${gate}.bias`)];
    return each((j) => dot(weights, j * (H + D) + H, x, 0, D) + bias[j]!);
  };
  const sum = (gate: string, state = h): Float64Array<ArrayBuffer> => {
    const inputs = fromInput(gate);
    return fromState(gate, state).map((value, j) => value + inputs[j]!);
  };
  const gate = (name: string): Float64Array<ArrayBuffer> => sum(name).map(sigmoid);
  switch (cell) {
    case 'rnn':
      return [sum('candidate').map((value) => Math.tanh(value)), c];
    case 'lstm': {
      const [i, f, o] = [gate('input'), gate('forget'), gate('output')];
      const n = sum('candidate').map((value) => Math.tanh(value));
      const next = each((j) => f[j]! * c[j]! + i[j]! * n[j]!);
      return [each((j) => o[j]! * Math.tanh(next[j]!)), next];
    }
    case 'mgu': {
      const f = gate('forget');
      const forgotten = each((j) => f[j]! * h[j]!);
      const n = sum('candidate', forgotten).map((value) => Math.tanh(value));
      return [each((j) => (1 - f[j]!) * h[j]! + f[j]! * n[j]!), c];
    }
    case 'gru':
    case 'gru-reset-after': {
      const [r, z] = [gate('reset'), gate('update')];
      const recurrent =
        cell === 'gru'
          ? fromState(
              'candidate',
              each((j) => r[j]! * h[j]!),
            )
          : fromState('candidate', h).map((value, j) => r[j]! * (value + tensor('candidate.recurrentBias')[j]!));
      const n = fromInput('candidate').map((value, j) => Math.tanh(value + recurrent[j]!));
      return [each((j) => (1 - z[j]!) * h[j]! + z[j]! * n[j]!), c];
    }
  }
}

function dot(a: FloatArray, aStart: number, b: Float64Array, bStart: number, length: number): number {
  let sum = 0;
  for (let k = 0; k < length; k++) sum += a[aStart + k]! * b[bStart + k]!;
  return sum;
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}
