import type { CancelSignal } from '../cancel.ts';
import { drawEpoch, type EpochDraw } from '../dataset/epoch-draw.ts';
import { HeedError } from '../errors.ts';
import type { FrameExtractor } from '../features/frame-extractor.ts';
import type { Network } from '../nn/network.ts';
import type { BatchMaker } from './batch-maker.ts';
import type { BestModel } from './best-model.ts';
import type { ConstrainedTrainer } from './compress/constrained-trainer.ts';
import { saveCheckpoint, type BestEpoch, type Checkpoint, type RunPosition } from './checkpoint.ts';
import { learningRateAt } from './learning-rate.ts';
import { say, StageProgress, type ProgressListener, type TrainEpoch } from './progress.ts';
import type { TrainRunSettings, TrainTuning } from './settings.ts';
import type { TrainingSet } from './training-set.ts';
import { validate, type ValidationScore, type ValidationSet } from './validation.ts';

export interface TrainListeners {
  onEpoch(epoch: TrainEpoch): void;
  onProgress: ProgressListener;
}

/** What the loop works with. */
export interface LoopParts {
  readonly settings: TrainRunSettings;
  readonly tuning: TrainTuning;
  readonly set: TrainingSet;
  readonly validation: ValidationSet;
  readonly extractor: FrameExtractor;
  readonly network: Network;
  /** The network in float32, for measuring; of the same parameters. */
  readonly measured: Network;
  readonly trainer: ConstrainedTrainer;
  readonly batches: BatchMaker;
  readonly model: BestModel;
  readonly fingerprint: string;
  /** So many epochs pass before the weights are what they are held to be; none of those gives a model. */
  readonly constrainedFrom: number;
  readonly checkpointPath: string;
  readonly listeners: TrainListeners;
  readonly signal: CancelSignal;
}

/** How the loop ended. */
export interface LoopEnd {
  readonly finishedEpochs: number;
  readonly best: BestEpoch | null;
  readonly stopped: boolean;
}

/**
 * Trains epoch after epoch, measures after each, keeps the best weights in the model file and the run in its checkpoint.
 * All that happens depends on the settings, the clips and the position alone, so a run that goes on from a checkpoint
 * comes to the same weights as one that was never interrupted.
 */
export class TrainingLoop {
  readonly #parts: LoopParts;
  readonly #stepsPerEpoch: number;
  readonly #progress: StageProgress;
  #position: RunPosition = startOf(1);
  #best: BestEpoch | null = null;
  #savedMs = performance.now();
  #saveFailed = false;

  constructor(parts: LoopParts, from?: Checkpoint) {
    this.#parts = parts;
    if (from) {
      this.#position = from.position;
      this.#best = from.best;
    }
    this.#stepsPerEpoch = parts.batches.stepCount(this.#draw(1));
    const total = this.#stepsPerEpoch * parts.settings.epochs;
    this.#progress = new StageProgress('train', 'Training', total, parts.listeners.onProgress, this.#stepsDone);
  }

  /** @throws {HeedError} training-diverged, with the best weights so far in the model file */
  async run(): Promise<LoopEnd> {
    const { settings, signal, model } = this.#parts;
    if (this.#best) await model.save(this.#best);
    while (this.#position.epoch <= settings.epochs) {
      await this.#trainEpoch();
      const score = signal.aborted ? undefined : await this.#validate();
      if (signal.aborted) return this.#stop();
      await this.#endEpoch(score);
    }
    return { finishedEpochs: settings.epochs, best: this.#best, stopped: false };
  }

  /** Steps through what is left of the epoch, or until the signal comes. */
  async #trainEpoch(): Promise<void> {
    const { batches, trainer, tuning, settings, signal } = this.#parts;
    const { epoch } = this.#position;
    const draw = this.#draw(epoch);
    if (this.#position.step >= this.#stepsPerEpoch) return;
    let made = await batches.make(draw, epoch, this.#position.step);
    while (this.#position.step < this.#stepsPerEpoch && !signal.aborted) {
      const { step } = this.#position;
      const rate = learningRateAt(this.#stepsDone, this.#stepsPerEpoch * settings.epochs, tuning.learningRate);
      const [result, next] = await Promise.all([
        trainer.step(made.batch, made.targets, rate, undefined, signal).catch(unlessCancelled),
        step + 1 < this.#stepsPerEpoch ? batches.make(draw, epoch, step + 1) : made,
      ]);
      if (!result) return;
      this.#position = {
        epoch,
        step: step + 1,
        lossSum: this.#position.lossSum + result.loss * made.size,
        correctCount: this.#position.correctCount + result.correct,
        exampleCount: this.#position.exampleCount + made.size,
      };
      made = next;
      this.#progress.report(this.#stepsDone);
      if (performance.now() - this.#savedMs >= tuning.checkpointEveryMs) await this.#saveCheckpoint();
    }
  }

  async #endEpoch(score: ValidationScore | undefined): Promise<void> {
    const { model, listeners, settings, constrainedFrom } = this.#parts;
    const { epoch, lossSum, correctCount, exampleCount } = this.#position;
    // Weights that tell unknown words by name give no model yet.
    const best = !this.#isNaming(epoch) && epoch > constrainedFrom && isBetter(score, this.#best);
    if (best) this.#best = { epoch, score: score ?? null, parameters: this.#modelWeights() };
    if (this.#best && (best || model.unsaved)) await model.save(this.#best);
    if (model.unsaved) say('train', `${model.unsaved.message} Training goes on.`, listeners.onProgress);
    listeners.onEpoch({
      epoch,
      epochs: settings.epochs,
      loss: lossSum / exampleCount,
      trainAccuracy: correctCount / exampleCount,
      validationLoss: score?.loss ?? null,
      validationAccuracy: score?.accuracy ?? null,
      validationPerLabel: score ? { ...score.perLabel } : null,
      best,
      elapsedMs: this.#progress.elapsedMs,
      remainingMs: this.#progress.remainingMs(this.#stepsDone) ?? 0,
    });
    this.#position = startOf(epoch + 1);
    await this.#saveCheckpoint();
  }

  /** Leaves the best weights, or for want of any the present ones, in the model file, and a checkpoint to go on from. */
  async #stop(): Promise<LoopEnd> {
    const { model } = this.#parts;
    const finishedEpochs = this.#position.epoch - 1;
    await this.#saveCheckpoint();
    if (!this.#best) {
      await model.save({ epoch: 0, score: null, parameters: this.#modelWeights() });
    }
    return { finishedEpochs, best: this.#best, stopped: true };
  }

  /** A copy of what the model is made of. */
  #modelWeights(): Float32Array {
    const { network, trainer } = this.#parts;
    return Float32Array.from(trainer.keptWeights ?? network.parameters.values);
  }

  /** A checkpoint that cannot be written ends nothing: the run goes on, and tries again the next time. */
  async #saveCheckpoint(): Promise<void> {
    const { network, trainer, fingerprint, checkpointPath, listeners } = this.#parts;
    const { step, firstMoment, secondMoment } = trainer.state();
    this.#savedMs = performance.now();
    try {
      await saveCheckpoint(checkpointPath, {
        fingerprint,
        position: this.#position,
        best: this.#best,
        parameters: Float32Array.from(trainer.freeWeights ?? network.parameters.values),
        optimiser: { step, firstMoment: Float32Array.from(firstMoment), secondMoment: Float32Array.from(secondMoment) },
      });
      this.#saveFailed = false;
    } catch (error) {
      if (!(error instanceof HeedError)) throw error;
      if (!this.#saveFailed) say('train', `${error.message} Training goes on.`, listeners.onProgress);
      this.#saveFailed = true;
    }
  }

  #validate(): Promise<ValidationScore | undefined> {
    const { measured, set, validation, extractor, signal } = this.#parts;
    measured.parametersChanged();
    return validate(measured, set.classes, this.#isNaming(this.#position.epoch), validation, extractor, signal);
  }

  #draw(epoch: number): EpochDraw {
    const { set, settings } = this.#parts;
    const draw = drawEpoch(set.draws, settings.seed, epoch);
    return this.#isNaming(epoch) ? set.classes.byName(draw) : draw;
  }

  /** Whether the words of `_unknown_` are learned by name. */
  #isNaming(epoch: number): boolean {
    const { set, settings, tuning } = this.#parts;
    return set.classes.named.length > 0 && epoch <= Math.floor(tuning.namingShare * settings.epochs);
  }

  get #stepsDone(): number {
    return (this.#position.epoch - 1) * this.#stepsPerEpoch + this.#position.step;
  }
}

/** A step that was cancelled was not taken: that is no failure. */
function unlessCancelled(error: unknown): undefined {
  if (!(error instanceof HeedError && error.code === 'cancelled')) throw error;
}

function startOf(epoch: number): RunPosition {
  return { epoch, step: 0, lossSum: 0, correctCount: 0, exampleCount: 0 };
}

/** More clips right, or as many with a smaller loss. Where nothing is measured, later is better. */
function isBetter(score: ValidationScore | undefined, best: BestEpoch | null): boolean {
  if (!score || !best?.score) return true;
  return (
    score.accuracy > best.score.accuracy || (score.accuracy === best.score.accuracy && score.loss < best.score.loss)
  );
}
