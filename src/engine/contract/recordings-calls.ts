import { z } from 'zod';
import { windowed } from './call.ts';
import { label, sound } from './schemas.ts';

const nothing = z.object({});
const session = z.string();
/** A file's name with those of the folders and the zip around it, `/` between them; only ever shown and compared. */
const file = z.string().min(1).max(4096);
/** Bytes of a file, whatever kind of buffer lies behind them. */
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'must be a Uint8Array');

/** No piece of a file need be larger than this. */
export const PIECE_BYTES = 4 * 2 ** 20;

/** A take that would come in. */
export const importItem = z.object({
  id: z.string(),
  file,
  /** null where nothing says which word it is. */
  label: label.nullable(),
  startMs: z.number(),
  endMs: z.number(),
  /** What is odd about it, in sentences. */
  warnings: z.array(z.string()),
  /** Whether it is chosen until somebody says otherwise. */
  included: z.boolean(),
});

/** A file that nothing is taken from, and why, in a sentence. */
export const importProblem = z.object({ file: z.string(), reason: z.string() });

export const importPreview = z.object({
  items: z.array(importItem),
  problems: z.array(importProblem),
  /** Files whose sound the window has to decode; then the preview is asked for again. */
  undecoded: z.array(file),
});

/**
 * Recordings in and out. A window may not name files on the computer, so their contents travel in pieces: into a session
 * for an import, and out of one for an export. `progress` tells how far it is.
 */
export const recordingsCalls = {
  'import.open': windowed(nothing, z.object({ session })),
  /** The next bytes of a file. */
  'import.write': windowed(z.object({ session, file, bytes }), nothing),
  /** The next samples of a sound that the window decoded from a file. */
  'import.writeSound': windowed(z.object({ session, file, sound }), nothing),
  /** Leaves a file out, because the window could not read or decode it. */
  'import.refuse': windowed(z.object({ session, file, reason: z.string() }), nothing),
  'import.preview': windowed(z.object({ session }), importPreview),
  /** A piece of a file that the window is to decode, from `offset` on. */
  'import.read': windowed(
    z.object({ session, file, offset: z.number().int().min(0) }),
    z.object({ bytes, total: z.number().int() }),
  ),
  /** The sound of an item, to listen to. */
  'import.sound': windowed(z.object({ session, id: z.string() }), sound),
  /** Takes in what was chosen, all of it or nothing, as one step that undo takes back; the session is over then. */
  'import.commit': windowed(
    z.object({ session, takes: z.array(z.object({ id: z.string(), label })).min(1) }),
    z.object({ added: z.number().int() }),
  ),
  /** Ends whatever the session is at; nothing of it is kept. */
  'import.cancel': windowed(z.object({ session }), nothing),

  /** Begins a zip of all takes in the Speech Commands layout: `<label>/<id>.wav`. */
  'export.open': windowed(nothing, z.object({ session, fileName: z.string(), takeCount: z.number().int() })),
  /** The zip's next piece; after the last one the session is over. */
  'export.read': windowed(z.object({ session }), z.object({ bytes, isLast: z.boolean() })),
  'export.cancel': windowed(z.object({ session }), nothing),
} as const;

export type ImportItem = z.output<typeof importItem>;
export type ImportProblem = z.output<typeof importProblem>;
export type ImportPreview = z.output<typeof importPreview>;
