import type { Network, OptimiserState, SequenceBatch, StepResult, Targets, Trainer } from '../../nn/network.ts';
import type { FloatArray } from '../../nn/parameters.ts';
import type { Projection } from './projection.ts';

/**
 * Trains a network whose weights are held to something. It keeps weights of its own that are free; the network has their
 * projection, and what an update does to the projected weights is done to the free ones (the straight-through estimator,
 * Bengio et al. 2013; as quantisation-aware training has it, Jacob et al. 2018). So a weight that was rounded, or set to
 * zero, comes back when the gradient says so long enough.
 */
export class ProjectedTrainer implements Trainer {
  readonly #network: Network;
  readonly #inner: Trainer;
  readonly #project: Projection;
  readonly #free: FloatArray;
  readonly #projected: FloatArray;
  #step: number;

  /**
   * @param network  with free weights, which are projected at once
   * @param inner  the network's trainer
   */
  constructor(network: Network, inner: Trainer, project: Projection) {
    this.#network = network;
    this.#inner = inner;
    this.#project = project;
    this.#free = network.parameters.values.slice();
    this.#projected = this.#free.slice();
    this.#step = inner.state().step;
    this.#projectAgain();
  }

  /** The free weights: what a checkpoint keeps, and a trainer that goes on begins with. */
  get freeWeights(): FloatArray {
    return this.#free;
  }

  async step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient?: FloatArray,
  ): Promise<StepResult> {
    const result = await this.#inner.step(batch, targets, learningRate, inputGradient);
    const { values } = this.#network.parameters;
    for (let i = 0; i < values.length; i++) this.#free[i]! += values[i]! - this.#projected[i]!;
    this.#step++;
    this.#projectAgain();
    return result;
  }

  state(): OptimiserState {
    return this.#inner.state();
  }

  #projectAgain(): void {
    this.#projected.set(this.#free);
    this.#project(this.#projected, this.#step);
    this.#network.parameters.values.set(this.#projected);
    this.#network.parametersChanged();
  }
}
