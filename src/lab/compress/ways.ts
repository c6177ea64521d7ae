import type { Model } from '../../model/model.ts';
import type { WeightPrecision } from '../../model/onnx/metadata.ts';
import type { TrainRunSettings, TrainTuning } from '../../training/settings.ts';
import { wordsOf, type LearningFrom } from './compress.ts';

/** A way to make a model lighter, as a training. */
export interface Way {
  /** For people. */
  readonly name: string;
  /** Of its file, without the ending; names the way in the journal. */
  readonly key: string;
  /** What the finished model's weights are kept in. */
  readonly weights: WeightPrecision;
  /** Whether the model's own weights are trained on, and whether it teaches. */
  readonly from: boolean;
  readonly teacher: boolean;
  readonly hidden: number;
  /** Passes over the clips, in those that were asked for. */
  readonly patience: number;
  readonly tuning: Partial<TrainTuning>;
}

/** Of the usual rate: enough to get used to fewer bits. */
export const ROUNDED_RATE = 0.1;
/** The same for weights that get used to a low rank, which moves them further, and to zeros among them, further still. */
export const LOW_RANK_RATE = 0.3;
const ZEROS_RATE = 0.5;
/** Weights that begin at random are given so many times the passes of those that were trained before. */
const FROM_SCRATCH = 3;

/**
 * All ways. What they make keeps its weights as the model's file does, in float32 or in eight bits, so that each row of a
 * table differs from the model in one thing.
 */
export function waysOf({ shape }: Model, weights: WeightPrecision): Way[] {
  const { hiddenSize } = shape;
  const half = Math.max(1, Math.round(hiddenSize / 2));
  const bits: Partial<TrainTuning> = weights === 'int8' ? { weightBits: 8 } : {};
  const own = { from: true, teacher: true, hidden: hiddenSize, patience: 1, weights };
  const slow = (rate: number): Partial<TrainTuning> => ({ learningRate: (rate * 0.04) / Math.sqrt(hiddenSize) });
  const zeros = (sparsity: number): Way => {
    const percent = Math.round(100 * sparsity);
    const tuning = { ...bits, ...slow(ZEROS_RATE), sparsity };
    return { ...own, name: `${percent} % zeros`, key: `zeros-${percent}`, tuning };
  };
  const lowRank = (factorShare: number): Way => {
    const percent = Math.round(100 * (1 - factorShare));
    const tuning = { ...bits, ...slow(LOW_RANK_RATE), factorShare };
    return { ...own, name: `low rank, ${percent} % fewer weights`, key: `low-rank-${percent}`, tuning };
  };
  const eight = { ...own, weights: 'int8' as const, tuning: { ...slow(ROUNDED_RATE), weightBits: 8 as const } };
  const halved = { from: false, hidden: half, patience: FROM_SCRATCH, weights, tuning: bits };
  return [
    { ...eight, name: '8 bits, trained', key: 'int8-trained' },
    ...[0.5, 0.75, 0.9].map(zeros),
    ...[0.5, 0.25].map(lowRank),
    { ...halved, name: 'half as wide', key: 'half', teacher: false },
    { ...halved, name: 'half as wide, taught', key: 'half-taught', teacher: true },
  ];
}

/** The training that a way is. @param path  of the model's file @param out  the file to write */
export function trainingOf(
  learning: LearningFrom,
  { path, model }: { readonly path: string; readonly model: Model },
  { from, teacher, hidden, patience, tuning }: Way,
  out: string,
): TrainRunSettings {
  const { layerCount, pooling, cell } = model.shape;
  return {
    ...learning,
    epochs: patience * learning.epochs,
    ...{ out, hidden, cell, layers: layerCount, batch: 64, resume: true, labels: wordsOf(model) },
    from: from ? path : undefined,
    teachers: teacher ? [path] : undefined,
    tuning: { features: model.features, pooling, ...tuning },
  };
}
