import type { NetworkShape } from '../../nn/network.ts';
import type { FloatArray } from '../../nn/parameters.ts';
import { pruneBlocks, sparsityAt } from './block-pruning.ts';
import { roundWeights } from './rounding.ts';

/** What the weights of a network are held to while it is trained, such as many zeros, or few bits. */
export type Projection = (weights: FloatArray, step: number) => void;

/** What a training may hold its weights to. */
export interface WeightConstraints {
  /** The share of the layers' weights that are zero at the end, in blocks; 0 for none. */
  readonly sparsity: number;
  /** 8: weights are rounded as an export to eight bits rounds them. */
  readonly weightBits: 8 | 32;
  /** The share of the numbers in the layers' matrices that factors of low rank have in their place; 1 keeps them whole. */
  readonly factorShare: number;
}

/** Whether a training holds its weights to anything. */
export function isConstrained({ sparsity, weightBits, factorShare }: WeightConstraints): boolean {
  return sparsity > 0 || weightBits === 8 || factorShare < 1;
}

/**
 * The projection of a run.
 * @param rampSteps  updates until all zeros are there; rounding begins with the first
 */
export function createProjection(
  shape: NetworkShape,
  { sparsity, weightBits }: Pick<WeightConstraints, 'sparsity' | 'weightBits'>,
  rampSteps: number,
): Projection {
  return (weights, step) => {
    if (sparsity > 0) pruneBlocks(weights, shape, sparsityAt(step, rampSteps, sparsity));
    if (weightBits === 8) roundWeights(weights, shape);
  };
}
