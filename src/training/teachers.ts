import type { EpochDraw } from '../dataset/epoch-draw.ts';
import type { SequenceBatch, Teaching } from '../nn/network.ts';
import type { Teacher } from './teacher.ts';

/**
 * Several teachers that answer as one: with the mean of their posteriors (Hinton, Vinyals & Dean 2015, section 2: the
 * soft targets of an ensemble). They err on different clips, so that together they are right more often than each.
 */
export class Teachers {
  readonly #teachers: readonly [Teacher, ...Teacher[]];

  /** @param teachers  with the same temperature and share */
  constructor(teachers: readonly [Teacher, ...Teacher[]]) {
    this.#teachers = teachers;
  }

  /** What they answer to a batch; see `Teacher.teach`. */
  async teach(draw: EpochDraw, epoch: number, start: number, batch: SequenceBatch): Promise<Teaching> {
    const [first, ...others] = this.#teachers;
    const teaching = await first.teach(draw, epoch, start, batch);
    if (others.length === 0) return teaching;
    const posteriors = Float32Array.from(teaching.posteriors);
    for (const teacher of others) {
      const more = await teacher.teach(draw, epoch, start, batch);
      for (let i = 0; i < posteriors.length; i++) posteriors[i]! += more.posteriors[i]!;
    }
    for (let i = 0; i < posteriors.length; i++) posteriors[i]! /= this.#teachers.length;
    return { ...teaching, posteriors };
  }
}
