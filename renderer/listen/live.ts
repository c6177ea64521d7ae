import type { EngineClient } from '../../src/engine/client.ts';
import { createStore, type Store } from '../store.ts';
import { createSoundPicture, type SoundPicture } from './sound-picture.ts';

/** What changes many times a second. It is drawn straight from here, past React. */
export interface Live {
  /** `[labels]`: the smoothed posteriors, as they are compared with the thresholds. */
  readonly posteriors: readonly number[];
  /** RMS of the newest chunk and the highest recent peak, dB below full scale. */
  readonly rmsDb: number;
  readonly peakDb: number;
  /** undefined until a first session says how its frames are shaped. */
  readonly picture: SoundPicture | undefined;
}

export interface LiveSound {
  readonly current: Live;
  /** Whether there is a picture to show. */
  readonly hasPicture: Store<boolean>;
  /** Listens to changes of `current`; the function returned ends that. */
  subscribe(listener: () => void): () => void;
  beginSession(session: string, bands: number, hopMs: number): void;
  pin(label: string, decidedMs: number, windowMs: number): void;
  /** Bars and meter fall to nothing; the picture stays. */
  endSession(): void;
}

export const NO_LEVEL_DB = -120;
/** The peak mark falls this far with each level that comes, some 30 a second. */
const PEAK_FALL_DB = 0.7;

/** Follows the engine's events of one session. */
export function createLiveSound(engine: EngineClient): LiveSound {
  const hasPicture = createStore(false);
  let session: string | undefined;
  let shape = '';
  const live: { -readonly [K in keyof Live]: Live[K] } = {
    posteriors: [],
    rmsDb: NO_LEVEL_DB,
    peakDb: NO_LEVEL_DB,
    picture: undefined,
  };
  const listeners = new Set<() => void>();
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  engine.on('listen.frames', (event) => {
    if (event.session !== session) return;
    live.picture?.append(event.logMel, event.bands, event.timeMs);
    changed();
  });
  engine.on('listen.posteriors', (event) => {
    if (event.session !== session) return;
    live.posteriors = event.smoothed;
    changed();
  });
  engine.on('listen.level', (event) => {
    if (event.session !== session) return;
    live.rmsDb = event.rmsDb;
    live.peakDb = Math.max(event.peakDb, live.peakDb - PEAK_FALL_DB);
    changed();
  });

  return {
    current: live,
    hasPicture,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    beginSession(opened, bands, hopMs) {
      session = opened;
      if (shape !== `${bands} ${hopMs}`) {
        shape = `${bands} ${hopMs}`;
        live.picture = createSoundPicture(bands, hopMs);
      }
      live.picture?.beginSession();
      hasPicture.set(true);
      changed();
    },
    pin(label, decidedMs, windowMs) {
      live.picture?.pin(label, decidedMs, windowMs);
      changed();
    },
    endSession() {
      session = undefined;
      live.posteriors = [];
      live.rmsDb = live.peakDb = NO_LEVEL_DB;
      changed();
    },
  };
}
