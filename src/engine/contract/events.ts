import { z } from 'zod';
import { teachEpoch, teachProgress, teachStatus } from './teach-schemas.ts';
import { trialNews } from './search-calls.ts';
import { labEnd, labProgress } from './studio-lab-schemas.ts';
import { detection, float32, progress, trainEpoch } from './schemas.ts';

/** Every event of the engine, by name. */
export const events = {
  /** A word was heard. */
  'listen.detection': detection.extend({ session: z.string() }),
  /** Posteriors of the newest window, once per step; `smoothed` is what is compared with the thresholds. */
  'listen.posteriors': z.object({
    session: z.string(),
    timeMs: z.number(),
    posteriors: z.array(z.number()),
    smoothed: z.array(z.number()),
  }),
  /** The network's own view of the sound: log-mel frames as they are made, `[frames, bands]`, ln(1 + power). */
  'listen.frames': z.object({
    session: z.string(),
    /** The end of the last frame, since the session began. */
    timeMs: z.number(),
    bands: z.number().int(),
    logMel: float32,
  }),
  /** Level of the newest chunk: RMS and peak in dB below full scale (−Infinity is sent as −120). */
  'listen.level': z.object({ session: z.string(), rmsDb: z.number(), peakDb: z.number() }),
  /** The sound is all zeros for two seconds, or is sound again. */
  'listen.silent': z.object({ session: z.string(), silent: z.boolean() }),
  /** Words or takes changed, by whatever; ask for them again. */
  'words.changed': z.object({}),
  /** Models came, went or changed their names; ask for them again. */
  'models.changed': z.object({}),
  'train.epoch': trainEpoch,
  'search.trial': trialNews,
  'lab.progress': labProgress,
  /** A trial of the Lab's search ended. */
  'lab.trial': trialNews,
  'lab.done': labEnd,
  'teach.progress': teachProgress,
  'teach.epoch': teachEpoch,
  /** A lesson's work ended, in whatever way; this is how things stand. */
  'teach.done': teachStatus,
  /** Long work: where it stands, in which of its parts. */
  progress,
  /** The engine's process was lost and started again; open sessions are gone and must be opened anew. */
  'engine.restarted': z.object({ reason: z.string() }),
} as const;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;
