import { z } from 'zod';
import { windowed } from './call.ts';
import { float32, label } from './schemas.ts';
import { take } from './words-schemas.ts';

const nothing = z.object({});
const session = z.string();

/**
 * Recording takes: a microphone's sound is pushed all the time, and whenever a take is armed the engine finds where the
 * word begins and ends, and keeps it.
 */
export const recordCalls = {
  'record.open': windowed(z.object({ sampleRateHz: z.number().min(8000).max(192_000) }), z.object({ session })),
  /** Gets ready for the next take, which ends by itself after speech, by `record.finish`, or after a time. */
  'record.arm': windowed(
    z.object({
      session,
      label,
      end: z.discriminatedUnion('by', [
        z.object({ by: z.literal('silence') }),
        z.object({ by: z.literal('caller') }),
        z.object({ by: z.literal('time'), afterMs: z.number().min(100).max(60_000) }),
      ]),
    }),
    nothing,
  ),
  'record.push': windowed(
    z.object({ session, samples: float32 }),
    z.object({
      phase: z.enum(['idle', 'settling', 'waiting', 'speaking']),
      /** RMS of the newest sound, dBFS. */
      levelDb: z.number(),
      /** How long the take under way has lasted. */
      elapsedMs: z.number(),
      /** The take that ended with this sound; it is safe on the disk. */
      take: take.nullable(),
    }),
  ),
  /** Ends the take under way, and keeps it or not. */
  'record.finish': windowed(z.object({ session, keep: z.boolean() }), z.object({ take: take.nullable() })),
  'record.close': windowed(z.object({ session }), nothing),
} as const;
