import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';
import { embed, EmbeddingTrainer, type Embedding } from '../nn/embedding.ts';
import {
  DEFAULT_TRAINER_SETTINGS,
  type Network,
  type SequenceBatch,
  type Targets,
  type TrainerSettings,
} from '../nn/network.ts';
import { learningRateAt } from './learning-rate.ts';

/** What one update learns from: numbers for each frame, or tokens that an embedding turns into such. */
export type TaskBatch = { readonly targets: Targets } & (
  | { readonly batch: SequenceBatch }
  | {
      /** `[B, T]`, negative for padding */
      readonly tokens: Int32Array;
      readonly lengths: Int32Array;
      readonly frameCount: number;
    }
);

export interface SequenceTraining {
  readonly network: Network;
  /** The layer below the network, where batches hold tokens; learned with it. */
  readonly embedding?: Embedding;
  readonly settings?: Partial<TrainerSettings>;
  readonly stepCount: number;
  /** The highest rate of the schedule; see `learningRateAt`. */
  readonly learningRate: number;
  /** @param step from 0 to stepCount − 1 */
  readonly batchAt: (step: number) => TaskBatch;
  /** Told the loss and the share of right answers of each batch before its update. */
  readonly onStep?: (step: number, loss: number, correct: number) => void;
  readonly signal?: CancelSignal;
}

/**
 * Trains a network on any task over sequences: to a label, to values, or to an answer per frame, from numbers or from
 * tokens. It uses the same trainers as the training of words does; what differs is where batches come from.
 *
 * @throws {HeedError} training-diverged, with the network as it was before that step; cancelled
 */
export async function trainOnSequences(training: SequenceTraining): Promise<void> {
  const { network, embedding, stepCount, learningRate, batchAt, onStep, signal } = training;
  const settings = { ...DEFAULT_TRAINER_SETTINGS, ...training.settings };
  const trainer = network.createTrainer(settings);
  const embeddingTrainer = embedding && new EmbeddingTrainer(embedding, settings);
  for (let step = 0; step < stepCount; step++) {
    if (signal?.aborted) throw new HeedError('cancelled', 'The training was stopped; nothing was changed.');
    const made = batchAt(step);
    const rate = learningRateAt(step, stepCount, learningRate);
    const batch = 'batch' in made ? made.batch : embedded(made, embedding);
    const inputGradient = 'tokens' in made ? new Float32Array(batch.inputs.length) : undefined;
    const { loss, correct } = await trainer.step(batch, made.targets, rate, inputGradient);
    if ('tokens' in made) embeddingTrainer!.update(made.tokens, inputGradient!, rate);
    onStep?.(step, loss, correct);
  }
}

/** A batch of tokens as the network sees it. @throws {HeedError} usage without an embedding */
export function embedded(
  { tokens, lengths, frameCount }: { tokens: Int32Array; lengths: Int32Array; frameCount: number },
  embedding: Embedding | undefined,
): SequenceBatch {
  if (!embedding) throw new HeedError('usage', 'A network that learns from tokens needs an embedding below it.');
  const inputs = new Float32Array(tokens.length * embedding.size);
  embed(embedding, tokens, inputs);
  return { inputs, lengths, frameCount };
}
