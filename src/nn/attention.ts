import { HeedError } from '../errors.ts';
import {
  addProduct,
  addRowSum,
  addTransposedProduct,
  clearRows,
  createMatrix,
  fillRows,
  type Matrix,
} from './matrix.ts';
import type { NetworkShape } from './network.ts';
import type { Packing } from './packing.ts';

/**
 * Attention over a sequence's states: their sum, each weighted by how well it answers a query, instead of their mean.
 * K heads share the state's H units between them, d = H / K each, and every head weighs by itself. For its units
 *
 *     e_t = q·h_t · scale        a = softmax over the valid frames of e        pooled = Σ_t a_t h_t
 *
 * - `attention`: one head, whose query is learned and the same for every sequence, and no scale: a score w·h_t for each frame
 *   (Zhou et al. 2016, "Attention-based bidirectional LSTM networks for relation classification", eq. 9 to 11, without the
 *   tanh, as a state is made of tanh already; also Raffel & Ellis 2015). A bias would add the same to every score.
 * - `multi-head`: four heads that ask what the last state makes them ask, q = W·h_T + b, as in MHAtt-RNN (Rybakov et al. 2020,
 *   "Streaming keyword spotting on mobile devices", which asks with the state in the middle of a bidirectional network: in
 *   ours it is the last one that knows the whole sequence), with scale 1/√d and with the units shared out between the heads
 *   (Vaswani et al. 2017, "Attention is all you need", eq. 1 and 3.2.2), so that the head of the network sees H numbers
 *   whatever the pooling.
 *
 * Queries that are zero weigh all frames alike, which is the mean.
 */
export interface AttentionForm {
  /** K */
  readonly heads: number;
  /** d = H / K, units of each head. */
  readonly headSize: number;
  /** Of the scores. */
  readonly scale: number;
  /** Whether the last state asks, through W; else the query is b alone. */
  readonly asksByLastState: boolean;
}

/** Heads of `multi-head`, as many as MHAtt-RNN has. */
const MULTI_HEADS = 4;

/**
 * How a network attends to its states; undefined where it pools otherwise.
 * @throws {HeedError} shape-mismatch where the units cannot be shared out between the heads
 */
export function attentionForm({
  pooling,
  hiddenSize,
}: Pick<NetworkShape, 'pooling' | 'hiddenSize'>): AttentionForm | undefined {
  if (pooling === 'attention') return { heads: 1, headSize: hiddenSize, scale: 1, asksByLastState: false };
  if (pooling !== 'multi-head') return undefined;
  const headSize = hiddenSize / MULTI_HEADS;
  if (!Number.isInteger(headSize))
    throw new HeedError(
      'shape-mismatch',
      `Multi-head pooling shares the hidden units out between ${MULTI_HEADS} heads, so that their number must be a multiple of ${MULTI_HEADS}, not ${hiddenSize}.`,
    );
  return { heads: MULTI_HEADS, headSize, scale: 1 / Math.sqrt(headSize), asksByLastState: true };
}

/** The parameters of attention, or with the same shapes their gradients. */
export interface AttentionTensors {
  readonly form: AttentionForm;
  /** W `[H, H]`; `[0, H]` where the query is learned itself */
  readonly queryWeights: Matrix;
  /** b, or the learned query, `[H]` */
  readonly query: Float64Array;
}

export function createAttentionTensors(
  shape: Pick<NetworkShape, 'pooling' | 'hiddenSize'>,
): AttentionTensors | undefined {
  const form = attentionForm(shape);
  const H = shape.hiddenSize;
  return form && { form, queryWeights: createMatrix(form.asksByLastState ? H : 0, H), query: new Float64Array(H) };
}

/** What the forward pass computed, for the way back. */
export interface AttentionActivations {
  /** `[rows, K]`, packed: how much of each frame each head takes; over a sequence's frames they add up to 1 */
  readonly weights: Matrix;
  /** `[B, H]`, in the batch's order */
  readonly queries: Matrix;
  /** `[B, H]`, the last states in the batch's order, where they ask */
  readonly asking: Matrix;
}

export function createAttentionActivations(
  { heads, asksByLastState }: AttentionForm,
  rows: number,
  sequences: number,
  hiddenSize: number,
): AttentionActivations {
  return {
    weights: createMatrix(rows, heads),
    queries: createMatrix(sequences, hiddenSize),
    asking: createMatrix(asksByLastState ? sequences : 0, hiddenSize),
  };
}

/**
 * @param queryWeightsT `[H, H]`, Wᵀ
 * @param states `[rows, H]`, after each frame
 * @param pooled `[B, H]`, in the batch's order; overwritten
 */
export function attend(
  { form, query }: AttentionTensors,
  queryWeightsT: Matrix,
  states: Matrix,
  packing: Packing,
  kept: AttentionActivations,
  pooled: Matrix,
): void {
  const H = pooled.columns;
  const { heads, headSize, scale, asksByLastState } = form;
  const { weights, queries, asking } = kept;
  fillRows(queries, 0, query, packing.sequenceCount);
  if (asksByLastState) {
    packing.order.forEach((sequence, place) => {
      const from = rowOf(states, packing, packing.lengths[place]! - 1, place);
      asking.values.set(states.values.subarray(from, from + H), sequence * H);
    });
    addProduct(queries, 0, asking, 0, queryWeightsT, packing.sequenceCount);
  }
  clearRows(pooled, packing.sequenceCount);
  packing.order.forEach((sequence, place) => {
    const length = packing.lengths[place]!;
    for (let head = 0; head < heads; head++) {
      const unit = sequence * H + head * headSize;
      let highest = Number.NEGATIVE_INFINITY;
      for (let t = 0; t < length; t++) {
        const from = rowOf(states, packing, t, place) + head * headSize;
        let score = 0;
        for (let j = 0; j < headSize; j++) score += queries.values[unit + j]! * states.values[from + j]!;
        score *= scale;
        weights.values[rowOf(weights, packing, t, place) + head] = score;
        // NaN is handed on, so that a run that diverged is seen.
        if (!(score <= highest)) highest = score;
      }
      let sum = 0;
      for (let t = 0; t < length; t++) {
        const at = rowOf(weights, packing, t, place) + head;
        sum += weights.values[at] = Math.exp(weights.values[at]! - highest);
      }
      for (let t = 0; t < length; t++) {
        const at = rowOf(weights, packing, t, place) + head;
        const share = (weights.values[at] = weights.values[at]! / sum);
        const from = rowOf(states, packing, t, place) + head * headSize;
        for (let j = 0; j < headSize; j++)
          pooled.values[unit + j] = pooled.values[unit + j]! + share * states.values[from + j]!;
      }
    }
  });
}

/** Room for the derivative of `attend`. */
export interface AttentionScratch {
  /** `[B, H]` */
  readonly dQueries: Matrix;
  readonly dAsking: Matrix;
}

/**
 * The derivative of `attend`. With g the gradient of a head's pooled units, for each frame
 *
 *     da_t = g·h_t    de_t = a_t (da_t − Σ_s a_s da_s)    dh_t = a_t g + de_t q · scale    dq = Σ_t de_t h_t · scale
 *
 * @param dPooled `[B, H]`
 * @param dStates `[rows, H]`; the gradient is added, as it is to `gradients`
 */
export function attendBackward(
  { form, queryWeights }: AttentionTensors,
  states: Matrix,
  packing: Packing,
  kept: AttentionActivations,
  dPooled: Matrix,
  scratch: AttentionScratch,
  gradients: AttentionTensors,
  dStates: Matrix,
): void {
  const H = dPooled.columns;
  const { heads, headSize, scale, asksByLastState } = form;
  const { weights, queries, asking } = kept;
  const { dQueries, dAsking } = scratch;
  const { sequenceCount } = packing;
  clearRows(dQueries, sequenceCount);
  packing.order.forEach((sequence, place) => {
    const length = packing.lengths[place]!;
    for (let head = 0; head < heads; head++) {
      const unit = sequence * H + head * headSize;
      // da_t goes to where the frame's own gradient will be told from the mean of all.
      const dWeights = new Float64Array(length);
      let mean = 0;
      for (let t = 0; t < length; t++) {
        const from = rowOf(states, packing, t, place) + head * headSize;
        let sum = 0;
        for (let j = 0; j < headSize; j++) sum += dPooled.values[unit + j]! * states.values[from + j]!;
        dWeights[t] = sum;
        mean += weights.values[rowOf(weights, packing, t, place) + head]! * sum;
      }
      for (let t = 0; t < length; t++) {
        const share = weights.values[rowOf(weights, packing, t, place) + head]!;
        const dScore = share * (dWeights[t]! - mean) * scale;
        const from = rowOf(states, packing, t, place) + head * headSize;
        const to = rowOf(dStates, packing, t, place) + head * headSize;
        for (let j = 0; j < headSize; j++) {
          const dState = share * dPooled.values[unit + j]! + dScore * queries.values[unit + j]!;
          dStates.values[to + j] = dStates.values[to + j]! + dState;
          dQueries.values[unit + j] = dQueries.values[unit + j]! + dScore * states.values[from + j]!;
        }
      }
    }
  });
  addRowSum(gradients.query, dQueries, sequenceCount);
  if (!asksByLastState) return;
  addTransposedProduct(gradients.queryWeights, dQueries, 0, asking, 0, sequenceCount);
  clearRows(dAsking, sequenceCount);
  addProduct(dAsking, 0, dQueries, 0, queryWeights, sequenceCount);
  packing.order.forEach((sequence, place) => {
    const to = rowOf(dStates, packing, packing.lengths[place]! - 1, place);
    for (let j = 0; j < H; j++) dStates.values[to + j] = dStates.values[to + j]! + dAsking.values[sequence * H + j]!;
  });
}

/** Where a sequence's frame t begins in packed rows. */
function rowOf(matrix: Matrix, packing: Packing, t: number, place: number): number {
  return matrix.start + (packing.frameStart[t]! + place) * matrix.rowStride;
}
