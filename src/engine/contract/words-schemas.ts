import { z } from 'zod';
import { label } from './schemas.ts';

/** How many takes a word should have before it is taught. */
export const TAKES_WANTED = 5;

/** What may be wrong with a take; `sounds-like` names the word that the model in use heard. */
export const takeBadge = z.object({
  kind: z.enum(['clipped', 'too-quiet', 'cut-off', 'too-noisy', 'sounds-like']),
  word: z.string().optional(),
});

/** The part of a take that counts, in milliseconds from its start. */
export const takeTrim = z.object({ startMs: z.number().min(0), endMs: z.number().positive() });

export const takeSource = z.enum(['recorded', 'imported', 'detection']);

/** One recording of a word, without its sound. */
export const take = z.object({
  id: z.string(),
  label,
  /** Milliseconds since 1970. */
  recordedAt: z.number(),
  source: takeSource,
  /** Of the whole recording, before trimming. */
  durationMs: z.number(),
  trim: takeTrim.optional(),
  badges: z.array(takeBadge),
  /** Kept, but nothing is learned from it. */
  leftOut: z.boolean(),
  /** What the file was called where it came from. */
  origin: z.string().optional(),
});

export const wordSummary = z.object({
  label,
  /** `_unknown_` (other words) and `_background_noise_` are always there; the others are the user's own. */
  kind: z.enum(['word', 'unknown', 'background']),
  takeCount: z.number().int(),
  leftOutCount: z.number().int(),
  /** How many takes it still needs; 0 for what is no word. */
  missingTakes: z.number().int(),
});

export const wordsListing = z.object({
  words: z.array(wordSummary),
  /** Files among the takes that are no sound. */
  unusable: z.array(z.object({ file: z.string(), reason: z.string() })),
  /** Why nothing can be changed here, in a sentence; null where it can. */
  readOnly: z.string().nullable(),
});

export type TakeBadge = z.output<typeof takeBadge>;
export type TakeTrim = z.output<typeof takeTrim>;
export type Take = z.output<typeof take>;
export type WordSummary = z.output<typeof wordSummary>;
export type WordsListing = z.output<typeof wordsListing>;
