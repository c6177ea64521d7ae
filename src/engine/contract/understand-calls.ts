import { z } from 'zod';
import { windowed } from './call.ts';
import { understandClip, understandMatrix } from './understand-schemas.ts';

const modelId = z.string().optional();

/** Looking into a model, with the user's own takes; without a model's id, into the one that listens. */
export const understandCalls = {
  /** How the model hears the user's takes: all of them, or those held out of the last lesson. */
  'understand.matrix': windowed(
    z.object({ modelId, of: z.enum(['all', 'held-out']).default('all') }),
    understandMatrix,
  ),
  /** What the model makes of one take, frame by frame. */
  'understand.clip': windowed(z.object({ takeId: z.string(), modelId }), understandClip),
} as const;
