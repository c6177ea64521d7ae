import { z } from 'zod';

/** What may be wrong with a take, as found when it came in. */
export const takeBadge = z.object({
  kind: z.enum(['clipped', 'too-quiet', 'cut-off', 'too-noisy', 'sounds-like']),
  /** For `sounds-like`: the word that the model in use heard. */
  word: z.string().optional(),
});

/** What the manifest keeps about one take; its sound is the WAV file of the same id in the folder of its label. */
export const takeEntry = z.object({
  label: z.string(),
  /** Milliseconds since 1970. */
  recordedAt: z.number(),
  source: z.enum(['recorded', 'imported', 'detection']),
  /** Of the whole file, before trimming. */
  durationMs: z.number(),
  /** The part that counts, in milliseconds from the file's start; all of it when absent. */
  trim: z.object({ startMs: z.number(), endMs: z.number() }).optional(),
  badges: z.array(takeBadge),
  /** Kept, but nothing is learned from it. */
  leftOut: z.boolean(),
  /** What the file was called where it came from. */
  origin: z.string().optional(),
});

export type TakeBadge = z.output<typeof takeBadge>;
export type TakeEntry = z.output<typeof takeEntry>;
export type TakeTrim = NonNullable<TakeEntry['trim']>;
export type TakeSource = TakeEntry['source'];

/** One recording of a word. */
export interface Take extends TakeEntry {
  readonly id: string;
}

/** A take as it comes in. */
export interface NewTake {
  readonly label: string;
  /** 16 kHz, full scale ±1 */
  readonly samples: Float32Array;
  readonly source: TakeSource;
  readonly recordedAt?: number | undefined;
  readonly badges?: readonly TakeBadge[] | undefined;
  readonly trim?: TakeTrim | undefined;
  readonly origin?: string | undefined;
}
