import { join } from 'node:path';
import { writeAtomically } from '../../../atomic-write.ts';
import { asHeedError, HeedError } from '../../../errors.ts';
import { readWholeFile } from '../../../read-file.ts';
import { LAB_FOLDER } from '../../../store/lab-folder.ts';
import {
  labResult,
  type LabEnd,
  type LabKind,
  type LabResult,
  type LabRunning,
} from '../../contract/studio-lab-schemas.ts';
import { EventHub } from '../event-hub.ts';
import type { ModelLibrary } from '../model-library.ts';
import type { TakeSource } from '../teach/lesson-take.ts';
import type { LongWork } from '../work.ts';
import { LabClips } from './lab-clips.ts';
import type { LabEquipment, ParsedLabJob } from './lab-jobs.ts';

export interface LabRunsOptions {
  /** The user's data. */
  readonly home: string;
  readonly takes: TakeSource;
  readonly models: ModelLibrary;
  readonly work: LongWork;
  readonly events: EventHub;
  readonly cacheFolder: string | undefined;
}

/** The experiments of the studio's Lab, one at a time; what the newest of each kind came to is kept in a file. */
export class LabRuns {
  readonly clips: LabClips;
  readonly #equipment: LabEquipment;
  readonly #work: LongWork;
  readonly #events: EventHub;
  #run: { state: LabRunning; readonly stop: AbortController; readonly ended: Promise<void> } | undefined;

  constructor({ home, takes, models, work, events, cacheFolder }: LabRunsOptions) {
    const folder = join(home, LAB_FOLDER);
    this.clips = new LabClips(join(folder, 'clips'), takes);
    this.#equipment = { folder, clips: this.clips, models, cacheFolder };
    this.#work = work;
    this.#events = events;
  }

  /** The experiment that runs, and what is known of it so far. */
  get running(): LabRunning | null {
    return this.#run ? this.#run.state : null;
  }

  /** Begins an experiment, and does not wait for it. @throws {HeedError} usage while another runs */
  start(job: ParsedLabJob): void {
    if (this.#run)
      throw new HeedError('usage', 'An experiment is running already; wait for its end, or stop it first.');
    const stop = new AbortController();
    const state: LabRunning = { kind: job.kind, progress: null, trials: [] };
    const ended = this.#toItsEnd(job, stop.signal).then((end) => {
      this.#run = undefined;
      this.#events.emit('lab.done', end);
    });
    this.#run = { state, stop, ended };
  }

  /** Ends the experiment that runs, and waits until it has. */
  async stop(): Promise<void> {
    this.#run?.stop.abort();
    await this.#run?.ended;
  }

  /** What the newest experiment of a kind came to; null where there was none, or its file cannot be understood. */
  async result(kind: LabKind): Promise<LabResult | null> {
    try {
      const bytes = await readWholeFile(this.#resultPath(kind));
      return labResult.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return null;
    }
  }

  /** Never rejects. */
  async #toItsEnd(job: ParsedLabJob, stop: AbortSignal): Promise<LabEnd> {
    const { kind } = job;
    try {
      const result = await this.#work.runTraining(stop, async (signal, compute) => {
        const { runLabJob } = await import('./lab-jobs.ts');
        return runLabJob(job, this.#equipment, compute, this.#newsOf(kind), signal);
      });
      await writeAtomically(this.#resultPath(kind), `${JSON.stringify(result)}\n`);
      return { kind, result, failure: null };
    } catch (error) {
      const { code, message } = asHeedError(error);
      return { kind, result: null, failure: code === 'cancelled' ? null : message };
    }
  }

  /** An experiment's own news, which must not be taken for those of other work. */
  #newsOf(kind: LabKind): EventHub {
    const news = new EventHub();
    news.subscribe((name, payload) => {
      const state = this.#run?.state;
      if (!state) return;
      if (name === 'progress') {
        const { stage, done, total, remainingMs } = payload as LabRunning['progress'] & object;
        state.progress = { kind, stage, done, total, remainingMs };
        this.#events.emit('lab.progress', state.progress);
      } else if (name === 'search.trial') {
        const trial = payload as LabRunning['trials'][number];
        state.trials.push(trial);
        this.#events.emit('lab.trial', trial);
      }
    });
    return news;
  }

  #resultPath(kind: LabKind): string {
    return join(this.#equipment.folder, `${kind}.json`);
  }
}
