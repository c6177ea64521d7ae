import type { FeatureSettings } from '../../features/settings.ts';
import { cellOf } from '../../nn/cells/cell.ts';
import type { NetworkShape } from '../../nn/network.ts';

/**
 * The forms in which a model leaves Heed, by what goes in:
 *
 * - `clip`: frames of MFCCs, for who computes them already; this is also what a model file of Heed's own is;
 * - `audio`: sound of any length;
 * - `stream`: one frame of MFCCs and the state after the frames before it;
 * - `stream-audio`: one hop of sound, the samples before it, and the state.
 */
export const EXPORT_FORMS = ['clip', 'audio', 'stream', 'stream-audio'] as const;
export type ExportForm = (typeof EXPORT_FORMS)[number];

/** How a model is to be written. */
export interface ExportSettings {
  readonly form: ExportForm;
  /** Weights in eight bits: a third of the size or less. */
  readonly int8: boolean;
}

/** The largest difference of any logit from Heed's own network at which an export is kept. */
export const MAX_DIFFERENCE: Readonly<Record<ExportForm, number>> = {
  clip: 1e-5,
  audio: 1e-4,
  stream: 1e-5,
  'stream-audio': 1e-4,
};

/**
 * Numbers in a stream's state: each layer's state, with its memory where the cell has one, and for mean pooling the sum of the
 * top layer's states and how many they are; for attention their weighted sum, that of the weights, and the highest score.
 */
export function stateSize(shape: NetworkShape): number {
  const { hiddenSize, layerCount, pooling } = shape;
  const pooled = pooling === 'mean' ? hiddenSize + 1 : pooling === 'attention' ? hiddenSize + 2 : 0;
  return hiddenSize * layerCount * (cellOf(shape).hasMemory ? 2 : 1) + pooled;
}

/** Samples that `stream-audio` keeps from before a hop: together they are one frame. */
export function tailLength({ frameLength, hopLength }: FeatureSettings): number {
  return frameLength - hopLength;
}
