import { HeedError } from '../../errors.ts';
import { writeExport } from '../../model/export/write-export.ts';
import type { Model } from '../../model/model.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
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

/** The bytes of a model's file with its weights in eight bits, and with layers of another size. */
export function int8Bytes(model: Model, layers: LayerPlan): number {
  return writeExport(resized(model, layers), { form: 'clip', int8: true }).length;
}

/** The model with layers of another size, and weights such as a training begins with. */
export function resized(model: Model, layers: LayerPlan): Model {
  const shape = { ...model.shape, ...layers };
  return { ...model, shape, parameters: initialiseParameters(shape, 1), states: undefined };
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
