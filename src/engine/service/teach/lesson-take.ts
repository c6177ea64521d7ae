import type { TakesStore } from '../../../store/takes/takes-store.ts';

/** One of the user's recordings, as teaching needs it. */
export interface LessonTake {
  readonly id: string;
  /** A word, `_unknown_` for what is none, or `_background_noise_`. */
  readonly label: string;
}

/** Where the user's takes come from. */
export interface TakeSource {
  /** Every take that is not left out. */
  list(): Promise<readonly LessonTake[]>;
  /** A take as it was trimmed, 16 kHz. */
  samples(id: string): Promise<Float32Array>;
}

/** The takes of the store that count. */
export function lessonTakes(store: TakesStore): TakeSource {
  return {
    list: async () => (await store.listTakes()).filter((take) => !take.leftOut),
    samples: async (id) => (await store.trimmedSound(id)).samples,
  };
}
