import type { CancelSignal } from '../cancel.ts';
import { HeedError } from '../errors.ts';
import { Adam, clipScale, gradientNorm } from './adam.ts';
import { checkBatch, checkInputGradient, checkTargets, checkTrainerSettings } from './batch-checks.ts';
import { GradientComputer } from './gradient.ts';
import type {
  Network,
  OptimiserState,
  SequenceBatch,
  StepResult,
  Targets,
  Trainer,
  TrainerSettings,
} from './network.ts';
import type { FloatArray } from './parameters.ts';
import type { NetworkWeights } from './tensors.ts';

/** Trains a network by BPTT and Adam. */
export class ReferenceTrainer implements Trainer {
  private readonly network: Network;
  private readonly settings: TrainerSettings;
  private readonly pause: () => Promise<void>;
  private readonly gradients: GradientComputer;
  private readonly optimiser: Adam;
  private busy = false;

  /** @throws {HeedError} usage for impossible settings; checkpoint for another network's optimiser state */
  constructor(
    network: Network,
    weights: NetworkWeights,
    settings: TrainerSettings,
    pause: () => Promise<void>,
    state?: OptimiserState,
  ) {
    checkTrainerSettings(settings);
    this.network = network;
    this.settings = settings;
    this.pause = pause;
    this.gradients = new GradientComputer(network.shape, weights, settings);
    this.optimiser = new Adam(network.parameters.values, settings, state);
  }

  async step(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient?: FloatArray,
    signal?: CancelSignal,
  ): Promise<StepResult> {
    checkBatch(this.network.shape, batch);
    checkTargets(this.network.shape, targets, batch);
    checkInputGradient(batch, inputGradient);
    if (!(learningRate >= 0 && learningRate < Infinity))
      throw new HeedError('usage', `A learning rate must be a number from 0 up, not ${learningRate}.`);
    if (this.busy) throw new HeedError('usage', 'A training step was asked for before the one before it had ended.');
    this.busy = true;
    try {
      return await this.update(batch, targets, learningRate, inputGradient, signal);
    } finally {
      this.busy = false;
    }
  }

  private async update(
    batch: SequenceBatch,
    targets: Targets,
    learningRate: number,
    inputGradient: FloatArray | undefined,
    signal: CancelSignal | undefined,
  ): Promise<StepResult> {
    const number = this.optimiser.step + 1;
    const pause = async (): Promise<void> => {
      await this.pause();
      if (signal?.aborted) throw new HeedError('cancelled', 'Training was stopped; nothing was changed.');
    };
    const { loss, correct } = await this.gradients.run(batch, targets, number, pause, inputGradient);
    const norm = gradientNorm(this.gradients.gradient);
    if (!Number.isFinite(loss) || !Number.isFinite(norm))
      throw new HeedError(
        'training-diverged',
        `Training step ${number} came to no number (loss ${loss}, gradient ${norm}); the network is as it was before this step. A lower learning rate usually helps, or a recording holds damaged numbers.`,
      );
    const scale = clipScale(norm, this.settings.clipNorm);
    this.optimiser.update(this.network.parameters.values, this.gradients.gradient, scale, learningRate);
    this.network.parametersChanged();
    return { loss, correct, gradientNorm: norm };
  }

  state(): OptimiserState {
    return this.optimiser.state();
  }
}
