import { HeedError } from '../../errors.ts';
import { HEED_SAMPLE_RATE_HZ, type Sound } from '../../audio/sound.ts';
import type { Detection } from '../contract/schemas.ts';

/** A hundred windows of a second are 6.4 MB. */
const DETECTIONS_KEPT = 100;

/** The newest detections of this run of the program with their sound, in memory only. */
export class DetectionLog {
  /** The oldest first. */
  readonly #entries = new Map<string, { readonly detection: Detection; readonly samples: Float32Array }>();

  /** @param samples  the window that decided it, 16 kHz */
  add(detection: Detection, samples: Float32Array): void {
    this.#entries.set(detection.id, { detection, samples });
    if (this.#entries.size > DETECTIONS_KEPT) this.#entries.delete(this.#entries.keys().next().value!);
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The newest first. */
  list(): Detection[] {
    return [...this.#entries.values()].map(({ detection }) => detection).reverse();
  }

  /** @throws {HeedError} usage where the detection is unknown, or so old that its sound is gone */
  sound(id: string): Sound {
    const entry = this.#entries.get(id);
    if (!entry)
      throw new HeedError(
        'usage',
        `The sound of this detection is gone: the newest ${DETECTIONS_KEPT} are kept, until Heed is closed.`,
      );
    return { samples: entry.samples, sampleRateHz: HEED_SAMPLE_RATE_HZ };
  }
}
