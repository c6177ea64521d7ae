import { randomUUID } from 'node:crypto';
import { Endpointer, type TakeEnd } from '../../../audio/endpointer.ts';
import { createStreamResampler, type StreamResampler } from '../../../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { HeedError } from '../../../errors.ts';
import type { TakeBadge } from '../../../store/takes/take.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import type { CallOutput, ParsedInput } from '../../contract/calls.ts';
import type { Take } from '../../contract/words-schemas.ts';

/** A window that vanished closes nothing: beyond this many the oldest is closed. */
const RECORDINGS_KEPT = 4;

type Check = (label: string, samples: Float32Array) => Promise<TakeBadge[]>;

/** The microphones from which takes are being recorded. */
export class TakeRecordings {
  readonly #takes: TakesStore;
  readonly #check: Check;
  readonly #open = new Map<string, TakeRecording>();

  /** @param check  finds what may be wrong with a take */
  constructor(takes: TakesStore, check: Check) {
    this.#takes = takes;
    this.#check = check;
  }

  async open(sampleRateHz: number): Promise<string> {
    const id = randomUUID();
    const resampler = await createStreamResampler(sampleRateHz, HEED_SAMPLE_RATE_HZ);
    this.#open.set(id, new TakeRecording(resampler, this.#takes, this.#check));
    if (this.#open.size > RECORDINGS_KEPT) this.#open.delete(this.#open.keys().next().value!);
    return id;
  }

  /** @throws {HeedError} usage where it is closed */
  byId(id: string): TakeRecording {
    const recording = this.#open.get(id);
    if (!recording)
      throw new HeedError('usage', 'This recording is over. The takes so far are saved; start recording again.');
    return recording;
  }

  close(id: string): void {
    this.#open.delete(id);
  }
}

/** One microphone's sound, from which takes are cut one after the other, and kept. */
export class TakeRecording {
  readonly #resampler: StreamResampler;
  readonly #takes: TakesStore;
  readonly #check: Check;
  readonly #endpointer: Endpointer;
  #label = '';
  /** Takes that ended while the newest sound was worked through. */
  #ended: { readonly samples: Float32Array; readonly cutOff: boolean }[] = [];
  #last: Promise<unknown> = Promise.resolve();

  constructor(resampler: StreamResampler, takes: TakesStore, check: Check) {
    this.#resampler = resampler;
    this.#takes = takes;
    this.#check = check;
    this.#endpointer = new Endpointer((take) => this.#ended.push(take));
  }

  /** Gets ready for a take of a word. */
  arm({ label, end }: Pick<ParsedInput<'record.arm'>, 'label' | 'end'>): Promise<void> {
    return this.#queue(async () => {
      this.#label = label;
      this.#endpointer.arm(end satisfies TakeEnd);
    });
  }

  /** Drops the take under way, or keeps it as it is. @returns the take that was kept, if any */
  finish(keep: boolean): Promise<Take | null> {
    return this.#queue(async () => {
      if (keep) this.#endpointer.finish();
      this.#endpointer.disarm();
      return this.#keepEnded();
    });
  }

  /**
   * Takes the next sound, at the microphone's rate.
   * @throws {HeedError} sound-invalid; whatever keeping the take says
   */
  push(samples: Float32Array): Promise<CallOutput<'record.push'>> {
    return this.#queue(async () => {
      if (!samples.every(Number.isFinite))
        throw new HeedError('sound-invalid', 'The microphone gave values that are no numbers. Record this take again.');
      this.#endpointer.push(this.#resampler.push(samples));
      const take = await this.#keepEnded();
      const { phase, levelDb, elapsedMs } = this.#endpointer;
      return { phase, levelDb, elapsedMs, take };
    });
  }

  async #keepEnded(): Promise<Take | null> {
    const ended = this.#ended.shift();
    this.#ended = [];
    if (!ended) return null;
    const { samples, cutOff } = ended;
    const badges = await this.#check(this.#label, samples);
    if (cutOff && !badges.some(({ kind }) => kind === 'cut-off')) badges.push({ kind: 'cut-off' });
    return this.#takes.addTake({ label: this.#label, samples, source: 'recorded', badges });
  }

  #queue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
