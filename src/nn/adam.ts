import { HeedError } from '../errors.ts';
import type { OptimiserState, TrainerSettings } from './network.ts';
import type { FloatArray } from './parameters.ts';

/**
 * Adam (Kingma & Ba 2015, algorithm 1). With g the gradient and t the number of the step, from 1:
 *
 *     m = β₁·m + (1 − β₁)·g        v = β₂·v + (1 − β₂)·g²
 *     θ −= rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
 *
 * Its memory has the precision of the parameters, so that a checkpoint holds all of it.
 */
export class Adam {
  private readonly settings: TrainerSettings;
  private readonly firstMoment: FloatArray;
  private readonly secondMoment: FloatArray;
  private stepsDone: number;

  /**
   * @param parameters `[parameters]`; only their number and precision matter here
   * @param state where a checkpoint continues; copied
   * @throws {HeedError} checkpoint where the state belongs to another network
   */
  constructor(parameters: FloatArray, settings: TrainerSettings, state?: OptimiserState) {
    const create = (from?: FloatArray): FloatArray => {
      const moment =
        parameters instanceof Float32Array ? new Float32Array(parameters.length) : new Float64Array(parameters.length);
      if (from) moment.set(from);
      return moment;
    };
    if (state) {
      const { step, firstMoment, secondMoment } = state;
      if (firstMoment.length !== parameters.length || secondMoment.length !== parameters.length)
        throw new HeedError(
          'checkpoint',
          `This checkpoint remembers ${firstMoment.length} and ${secondMoment.length} numbers of a network that has ${parameters.length}; it belongs to another network.`,
        );
      if (!Number.isInteger(step) || step < 0)
        throw new HeedError('checkpoint', `This checkpoint claims to stand after step ${step}; it is damaged.`);
    }
    this.settings = settings;
    this.firstMoment = create(state?.firstMoment);
    this.secondMoment = create(state?.secondMoment);
    this.stepsDone = state?.step ?? 0;
  }

  /** Updates made so far. */
  get step(): number {
    return this.stepsDone;
  }

  /**
   * One update of `parameters`, in place.
   * @param gradient `[parameters]`
   * @param scale the gradient is multiplied by this first (clipping)
   */
  update(parameters: FloatArray, gradient: Float64Array, scale: number, learningRate: number): void {
    const { beta1, beta2, epsilon } = this.settings;
    const { firstMoment, secondMoment } = this;
    this.stepsDone++;
    const correction1 = 1 - beta1 ** this.stepsDone;
    const correction2 = 1 - beta2 ** this.stepsDone;
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i]! * scale;
      const m = beta1 * firstMoment[i]! + (1 - beta1) * g;
      const v = beta2 * secondMoment[i]! + (1 - beta2) * g * g;
      firstMoment[i] = m;
      secondMoment[i] = v;
      parameters[i] = parameters[i]! - (learningRate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon);
    }
  }

  /** A copy of its memory. */
  state(): OptimiserState {
    return { step: this.stepsDone, firstMoment: this.firstMoment.slice(), secondMoment: this.secondMoment.slice() };
  }
}

/** The global L2 norm of a gradient. */
export function gradientNorm(gradient: Float64Array): number {
  let sum = 0;
  for (const value of gradient) sum += value * value;
  return Math.sqrt(sum);
}

/** What a gradient of this norm is multiplied by so that it is at most `clipNorm` long (Pascanu et al. 2013). */
export function clipScale(norm: number, clipNorm: number): number {
  return norm > clipNorm ? clipNorm / norm : 1;
}
