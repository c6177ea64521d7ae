import { HeedError } from '../../errors.ts';
import { writeExport } from '../../model/export/write-export.ts';
import type { Model } from '../../model/model.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { chooseFactors, decomposeLayers, layerFactors } from '../../training/compress/rank-choice.ts';
import { amountText, type CompressionTarget } from './target.ts';

/** Hidden units are tried in steps of so many: what the kernels compute at once. */
const UNIT_STEP = 8;
/** Below so many units a layer, one layer of more units does better than two. */
const FEWEST_UNITS_OF_TWO_LAYERS = 48;

/** The size of a network's layers. */
export interface LayerPlan {
  readonly hiddenSize: number;
  readonly layerCount: number;
}

/** What becomes of a model: its weights are rounded, its matrices made of low rank besides, or its layers smaller. */
export type CompressionPlan =
  | { readonly kind: 'rounded' }
  | { readonly kind: 'low-rank'; readonly factorShare: number }
  | ({ readonly kind: 'smaller' } & LayerPlan);

/** Shares of the numbers that factors of low rank are tried with: with more, the matrices themselves are as good. */
const FACTOR_SHARES = Array.from({ length: 14 }, (_, step) => (80 - 5 * step) / 100);

/**
 * The gentlest plan that meets a target, as `models/lab.md` ranks them: eight bits alone, then the largest share of numbers in
 * factors of low rank, then the largest network.
 * @param amountOf  bytes or microseconds of a model, as the target counts
 * @throws {HeedError} usage where nothing meets the target
 */
export function choosePlan(
  model: Model,
  target: CompressionTarget,
  amountOf: (model: Model) => number,
): CompressionPlan {
  const { hiddenSize, layerCount } = model.shape;
  if (amountOf(withStates(model)) <= target.atMost) return { kind: 'rounded' };
  const decomposed = decomposeLayers(model.parameters.values, model.shape);
  const fits = (share: number): boolean => {
    const factors = layerFactors(chooseFactors(decomposed, share), layerCount);
    if (factors.every(({ input, recurrent }) => !input && !recurrent)) return false;
    return amountOf(withStates({ ...model, parameters: { ...model.parameters, factors } })) <= target.atMost;
  };
  const factorShare = FACTOR_SHARES.find(fits);
  if (factorShare !== undefined) return { kind: 'low-rank', factorShare };
  const layers = largestFitting({ hiddenSize, layerCount }, target, (tried) => amountOf(resized(model, tried)));
  return { kind: 'smaller', ...layers };
}

/** The bytes of a model's file with its weights in eight bits. */
export function int8Bytes(model: Model): number {
  return writeExport(model, { form: 'clip', int8: true }).length;
}

/** The model with layers of another size, and weights such as a training begins with. */
export function resized(model: Model, layers: LayerPlan): Model {
  const shape = { ...model.shape, ...layers };
  return withStates({ ...model, shape, parameters: initialiseParameters(shape, 1) });
}

/** The model with what a training would keep of the words' states: not the same numbers, but as many. */
function withStates(model: Model): Model {
  const { hiddenSize } = model.shape;
  const groups = model.states?.groups ?? model.labels.map((label) => ({ name: label, label, count: 100 }));
  const means = new Float32Array(groups.length * hiddenSize).fill(0.01);
  const covarianceFactor = Float32Array.from({ length: hiddenSize ** 2 }, (_, at) =>
    at % hiddenSize <= Math.floor(at / hiddenSize) ? 0.01 : 0,
  );
  return { ...model, states: { groups, means, covarianceFactor } };
}

/**
 * The largest layers, at most those of the model, that meet a target: the larger a network, the less it loses.
 * @param amountOf  bytes or microseconds of such a network, as the target counts
 * @throws {HeedError} usage where not even the smallest network meets it, saying what that one comes to
 */
export function largestFitting(
  { hiddenSize, layerCount }: LayerPlan,
  { kind, atMost }: CompressionTarget,
  amountOf: (layers: LayerPlan) => number,
): LayerPlan {
  const sizes = [hiddenSize];
  for (let size = Math.ceil(hiddenSize / UNIT_STEP - 1) * UNIT_STEP; size > 0; size -= UNIT_STEP) sizes.push(size);
  for (let layers = layerCount; layers >= 1; layers--) {
    const tried = layers > 1 ? sizes.filter((size) => size >= Math.min(hiddenSize, FEWEST_UNITS_OF_TWO_LAYERS)) : sizes;
    const fitting = tried.find((size) => amountOf({ hiddenSize: size, layerCount: layers }) <= atMost);
    if (fitting !== undefined) return { hiddenSize: fitting, layerCount: layers };
  }
  const smallest = { hiddenSize: sizes.at(-1)!, layerCount: 1 };
  throw new HeedError(
    'usage',
    `The model cannot be made so light: with ${smallest.hiddenSize} units in one layer it still comes to ${amountText(kind, amountOf(smallest))}, and ${amountText(kind, atMost)} were asked for.`,
  );
}
