import { randomUUID } from 'node:crypto';
import { HeedError } from '../../errors.ts';
import { createStreamResampler } from '../../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { NEVER_FIRES } from '../../model/model.ts';
import type { JsonFile } from '../../store/json-file.ts';
import type { LiveDetection } from '../../streaming/live-recogniser.ts';
import type { Listening, Settings } from '../contract/schemas.ts';
import type { DetectionLog } from './detection-log.ts';
import type { EventHub } from './event-hub.ts';
import { ListeningSession } from './listening-session.ts';
import type { LoadedModel } from './model-library.ts';
import { thresholdsInForce } from './thresholds.ts';

/** A window that vanished closes nothing: beyond this many sessions the one unused for longest is closed. */
const SESSIONS_KEPT = 8;

/** The open listening sessions. */
export class ListeningSessions {
  readonly #settings: JsonFile<Settings>;
  readonly #detections: DetectionLog;
  readonly #events: EventHub;
  /** By id; the one unused for longest first. */
  readonly #sessions = new Map<string, ListeningSession>();

  constructor(settings: JsonFile<Settings>, detections: DetectionLog, events: EventHub) {
    this.#settings = settings;
    this.#detections = detections;
    this.#events = events;
  }

  /** Opens a session, with the model's thresholds and over them those the user chose for it. */
  async open(loaded: LoadedModel, sampleRateHz: number): Promise<Listening> {
    const resampler = await createStreamResampler(sampleRateHz, HEED_SAMPLE_RATE_HZ);
    const thresholds = thresholdsInForce(loaded.model, loaded.id, await this.#settings.get());
    const session = new ListeningSession({
      loaded,
      sampleRateHz,
      resampler,
      thresholds,
      events: this.#events,
      onDetection: (from, detection) => this.#onDetection(from, detection),
    });
    this.#sessions.set(session.id, session);
    if (this.#sessions.size > SESSIONS_KEPT) this.close(this.#sessions.keys().next().value!);
    return session.describe();
  }

  /** Pushes sound into a session. @returns how much it heard so far, in milliseconds */
  async push(id: string, samples: Float32Array): Promise<number> {
    const session = this.#sessions.get(id);
    if (!session) throw new HeedError('usage', 'This listening session is over; start listening again.');
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session.push(samples);
  }

  /** Closes a session; one that is closed already is left so. */
  close(id: string): void {
    this.#sessions.delete(id);
  }

  closeAll(): void {
    for (const id of [...this.#sessions.keys()]) this.close(id);
  }

  /**
   * Sets a label's threshold for the open sessions of a model, and remembers it.
   * @throws {HeedError} usage where the model has no such label, or one that never fires
   */
  async setThreshold({ id, model }: LoadedModel, label: string, threshold: number): Promise<void> {
    const index = model.labels.indexOf(label);
    if (index < 0) throw new HeedError('usage', `The model ${id} has no label ${label}.`);
    if (model.decision.thresholds[index]! >= NEVER_FIRES)
      throw new HeedError('usage', `The label ${label} stands for no word and never fires, so it has no threshold.`);
    for (const session of this.#sessions.values()) if (session.modelId === id) session.setThreshold(index, threshold);
    await this.#settings.update((settings) => ({
      ...settings,
      thresholds: { ...settings.thresholds, [id]: { ...settings.thresholds[id], [label]: threshold } },
    }));
  }

  #onDetection(session: ListeningSession, { timeMs, label, score, samples }: LiveDetection): void {
    const detection = { id: randomUUID(), timeMs, at: Date.now(), label, score };
    this.#detections.add(detection, samples);
    this.#events.emit('listen.detection', { ...detection, session: session.id });
  }
}
