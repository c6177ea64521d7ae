import { z } from 'zod';
import { windowed } from './call.ts';
import { fileBytes } from './schemas.ts';
import { labJob, labKind, labParameter, labResult, labRunning } from './studio-lab-schemas.ts';

const nothing = z.object({});

/** The studio's Lab: one experiment at a time, on the user's words or on files that the window hands over. */
export const studioLabCalls = {
  /** Begins an experiment; `lab.progress`, `lab.trial` and `lab.done` tell of it. */
  'lab.start': windowed(labJob, nothing),
  /** Ends the experiment that runs; answers when it has ended. A search goes on when it is started again. */
  'lab.stop': windowed(nothing, nothing),
  'lab.running': windowed(nothing, z.object({ running: labRunning.nullable() })),
  /** What the newest experiment of this kind came to; null where there was none. */
  'lab.result': windowed(z.object({ kind: labKind }), z.object({ result: labResult.nullable() })),
  /** Reads results that were saved here, or that the command line wrote or printed (`results.json`, `--json`). */
  'lab.open': windowed(z.object({ name: z.string().max(255), bytes: fileBytes }), z.object({ result: labResult })),
  /** All that a search can vary. */
  'lab.parameters': windowed(nothing, z.object({ parameters: z.array(labParameter) })),
  /** Begins to hand a folder of labelled folders over; the one before is forgotten when the next experiment begins. */
  'lab.clips.begin': windowed(nothing, nothing),
  /** Hands a clip over: a WAV file, with the name of its folder as the label. */
  'lab.clips.add': windowed(
    z.object({ label: z.string().min(1).max(64), name: z.string().min(1).max(255), bytes: fileBytes }),
    nothing,
  ),
} as const;
