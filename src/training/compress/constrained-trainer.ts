import { HeedError } from '../../errors.ts';
import type { Network, OptimiserState, Trainer, TrainerSettings } from '../../nn/network.ts';
import type { FloatArray } from '../../nn/parameters.ts';
import { FactoredTrainer } from './factored-trainer.ts';
import type { FactoredWeights } from './factored-weights.ts';
import { ProjectedTrainer } from './projected-trainer.ts';
import { createProjection, isConstrained, type WeightConstraints } from './projection.ts';

/** A trainer that may train other numbers than the network computes with. */
export interface ConstrainedTrainer extends Trainer {
  /** What is trained, for a checkpoint; the network's own parameters where undefined. */
  readonly freeWeights?: FloatArray;
  /** What makes the model, for the best epoch; the network's own parameters where undefined. */
  readonly keptWeights?: FloatArray;
}

/** What a run holds its weights to, worked out for its network. */
export interface Constraining {
  readonly constraints: WeightConstraints;
  /** Where the layers have low rank. */
  readonly factored: FactoredWeights | undefined;
  /** The free weights to begin with. */
  readonly weights: FloatArray;
  /** Updates until all zeros are there. */
  readonly rampSteps: number;
}

/**
 * The trainer of a run.
 * @param state  where a checkpoint continues
 * @throws {HeedError} usage for zeros in layers of low rank: factors of zeros are not zeros in blocks
 */
export function createConstrainedTrainer(
  network: Network,
  { constraints, factored, weights, rampSteps }: Constraining,
  settings: TrainerSettings,
  state?: OptimiserState,
): ConstrainedTrainer {
  if (factored && constraints.sparsity > 0)
    throw new HeedError(
      'usage',
      'A network can have zeros in blocks or layers of low rank, not both; leave out the sparsity or the share of factors.',
    );
  if (factored) return new FactoredTrainer(network, factored, weights, constraints.weightBits, settings, state);
  const free = network.createTrainer(settings, state);
  if (!isConstrained(constraints)) return free;
  return new ProjectedTrainer(network, free, createProjection(network.shape, constraints, rampSteps));
}
