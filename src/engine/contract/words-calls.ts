import { z } from 'zod';
import { windowed } from './call.ts';
import { float32, label, sound } from './schemas.ts';
import { operationSummary } from '../../operation-summary.ts';
import { take, takeSource, takeTrim, wordsListing } from './words-schemas.ts';

const nothing = z.object({});
const ids = z.array(z.string()).min(1);
/** What a person typed; the engine says why where it cannot be a word. */
const wordName = z.string().max(1000);

/** The calls about the user's words and takes. Everything that changes something can be taken back with `undo`. */
export const wordsCalls = {
  'words.list': windowed(nothing, wordsListing),
  /** Makes a word; answers with its name as it is kept. */
  'words.add': windowed(z.object({ name: wordName }), z.object({ label })),
  'words.rename': windowed(z.object({ label, name: wordName }), z.object({ label })),
  /** Gives all takes of a word to another; the first is gone. */
  'words.merge': windowed(z.object({ label, into: label }), nothing),
  'words.delete': windowed(z.object({ label }), nothing),
  /** The takes of a word, or all of them, in the order of recording. */
  'takes.list': windowed(z.object({ label: label.optional() }), z.object({ takes: z.array(take) })),
  /** Keeps a take; it is safe on the disk when this answers. */
  'takes.add': windowed(z.object({ label, sound, source: takeSource.default('recorded') }), take),
  /** The whole sound of a take, 16 kHz, before trimming. */
  'takes.sound': windowed(z.object({ id: z.string() }), sound),
  /** The log-mel frames of the whole sound, `[frames, bands]`, ln(1 + power), for a picture of it. */
  'takes.picture': windowed(
    z.object({ id: z.string() }),
    z.object({ bands: z.number().int(), hopMs: z.number(), logMel: float32 }),
  ),
  'takes.move': windowed(z.object({ ids, label }), nothing),
  /** Says which part of a take counts; null for all of it. */
  'takes.trim': windowed(z.object({ id: z.string(), trim: takeTrim.nullable() }), nothing),
  'takes.leaveOut': windowed(z.object({ ids, leftOut: z.boolean() }), nothing),
  'takes.delete': windowed(z.object({ ids }), nothing),
  /** Takes the last change back, also one from before the last start; answers with what it was. */
  undo: windowed(nothing, z.object({ undone: operationSummary.nullable() })),
  /** What `undo` would take back. */
  'undo.peek': windowed(nothing, z.object({ next: operationSummary.nullable() })),
} as const;
