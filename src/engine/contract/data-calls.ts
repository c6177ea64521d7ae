import { z } from 'zod';
import { windowed } from './call.ts';

const nothing = z.object({});

/** What a caller must say to delete everything: no slip of a call does. */
export const DELETE_EVERYTHING = 'delete everything';

/** The calls about the user's data as a whole. */
export const dataCalls = {
  /** Where the user's takes, models and settings are. */
  'data.describe': windowed(nothing, z.object({ folder: z.string() })),
  /** Deletes takes, words, own models, lessons, settings, the trash and every trace of them, for good. */
  'data.deleteAll': windowed(z.object({ confirm: z.literal(DELETE_EVERYTHING) }), nothing),
} as const;
