import { z } from 'zod';
import { local } from './call.ts';
import { label, skippedFile } from './schemas.ts';

/** The calls about long recordings with words set into them: made, measured, and thresholds chosen by them. */

const path = z.string().min(1);
const nothing = z.object({});
const rate = z.number().nullable();

const streamScore = z.object({
  hours: z.number(),
  /** Words said that the model can hear. */
  words: z.number().int(),
  /** Of these, answered by the right label. */
  detectionRate: rate,
  /** Of these, answered by a wrong label. */
  wrongRate: rate,
  /** Words said that the model cannot hear. */
  otherWords: z.number().int(),
  /** Of these, answered at all. */
  otherWordsFired: rate,
  /** Detections that belong to none of the model's words; those on other words and double fires are among them. */
  falseAcceptsPerHour: z.number(),
  doubleFires: z.number().int(),
  medianLatencyMs: z.number().nullable(),
  p95LatencyMs: z.number().nullable(),
});

export const streamEvaluation = streamScore.extend({
  perLabel: z.record(
    z.string(),
    z.object({
      n: z.number().int(),
      detected: z.number().int(),
      wrong: z.number().int(),
      falseAccepts: z.number().int(),
    }),
  ),
  /** Processor time over the stream's duration: 0.05 is a twentieth of one core. */
  cpuShare: z.number().optional(),
  /** One threshold for all words, from low to high. */
  sweep: z.array(streamScore.extend({ threshold: z.number() })).optional(),
});

export const calibration = z.object({
  out: z.string(),
  /** By label; a label with a threshold above 1 never fires. */
  thresholds: z.record(z.string(), z.number()),
  /** How the streams, taken together, were heard with the model's own thresholds, and how with the new ones. */
  before: streamEvaluation,
  after: streamEvaluation,
});

export const madeStream = z.object({
  wav: z.string(),
  truth: z.string(),
  hours: z.number(),
  words: z.number().int(),
  skipped: z.array(skippedFile),
});

export const streamCalls = {
  /** Sets labelled clips into background at random moments, seeded; or plays recordings one after another. */
  makeStream: local(
    z.object({
      folder: path,
      background: path.optional(),
      snrDb: z.number().min(-40).max(80).default(20),
      out: path,
      /** Every clip once when left out. */
      minutes: z.number().positive().max(1440).optional(),
      labels: z.array(label).optional(),
      everySeconds: z.number().min(0.5).max(600).default(2.5),
      seed: z.number().int().default(1),
    }),
    madeStream,
  ),
  /** Streams a recording through the live recogniser and compares what it hears with a truth file. */
  evaluateStream: local(
    z.object({
      wav: path,
      truth: path,
      model: path.optional(),
      sweep: z.boolean().default(false),
      /** Window by window on one thread, as live sound goes, with the processor time it took. */
      realCost: z.boolean().default(false),
    }),
    streamEvaluation,
  ),
  /** Writes a copy of a model with a threshold for each word, chosen on streams. */
  calibrate: local(
    z.object({
      model: path,
      streams: z.array(z.object({ wav: path, truth: path })).min(1),
      /** The most that all words together may make on these streams. */
      falseAcceptsPerHour: z.number().min(0).max(3600),
      /** How much words are doubted that do not sound as in training; as the model has it when left out. */
      unfamiliarityWeight: z.number().min(0).max(1000).optional(),
      out: path,
    }),
    calibration,
  ),
  /** Ends the work on streams that runs, if any does: it fails with `cancelled`, and changes nothing. */
  'streams.stop': local(nothing, nothing),
} as const;

export type StreamEvaluation = z.output<typeof streamEvaluation>;
export type Calibration = z.output<typeof calibration>;
export type MadeStream = z.output<typeof madeStream>;
