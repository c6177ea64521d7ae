import type { EpochDraw } from '../dataset/epoch-draw.ts';
import type { ExampleMaker } from '../dataset/example-maker.ts';
import type { FeatureSettings } from '../features/settings.ts';
import type { Normaliser } from '../model/model.ts';
import type { SequenceBatch, Targets } from '../nn/network.ts';
import type { Teachers } from './teachers.ts';
import { BatchBuffer } from './batch.ts';

export interface TrainingBatch {
  readonly batch: SequenceBatch;
  readonly targets: Targets;
  readonly size: number;
}

/**
 * Makes the batches of an epoch. There are two buffers, used in turn: while the network learns from one batch, the
 * next is made.
 */
export class BatchMaker {
  readonly #maker: ExampleMaker;
  readonly #normaliser: Normaliser;
  readonly #size: number;
  readonly #teachers: Teachers | undefined;
  readonly #buffers: readonly [BatchBuffer, BatchBuffer];

  /** @param teachers  answer to each batch, if the network is to learn from any */
  constructor(
    maker: ExampleMaker,
    normaliser: Normaliser,
    features: FeatureSettings,
    size: number,
    teachers?: Teachers,
  ) {
    this.#maker = maker;
    this.#normaliser = normaliser;
    this.#size = size;
    this.#teachers = teachers;
    this.#buffers = [new BatchBuffer(features, size), new BatchBuffer(features, size)];
  }

  stepCount(draw: EpochDraw): number {
    return Math.ceil(draw.clips.length / this.#size);
  }

  /** Makes the batch of one step, 0 … stepCount − 1; valid until the batch after the next is made. */
  async make(draw: EpochDraw, epoch: number, step: number): Promise<TrainingBatch> {
    const buffer = this.#buffers[step % 2]!;
    const start = step * this.#size;
    const size = Math.min(this.#size, draw.clips.length - start);
    const batch = buffer.batch(size);
    const clips = draw.clips.subarray(start, start + size);
    const classes = draw.classes.subarray(start, start + size);
    await this.#maker.make(clips, epoch, start, batch.inputs, this.#normaliser);
    const teacher = await this.#teachers?.teach({ clips, classes }, epoch, start, batch);
    return { batch, targets: { loss: 'cross-entropy', classes, ...(teacher && { teacher }) }, size };
  }
}
