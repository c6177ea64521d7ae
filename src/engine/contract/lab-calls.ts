import { z } from 'zod';
import { local } from './call.ts';
import { cellName } from './schemas.ts';

const path = z.string().min(1);
const point = z.object({ x: z.number(), y: z.number() });
const axis = z.object({
  label: z.string(),
  scale: z.enum(['linear', 'logarithmic', 'time']).optional(),
  domain: z.tuple([z.number(), z.number()]).optional(),
  ticks: z.array(z.object({ at: z.number(), text: z.string() })).optional(),
});

/** A picture of some series over one pair of axes, for whoever draws it. */
export const plot = z.object({
  title: z.string(),
  description: z.string(),
  x: axis,
  y: axis,
  series: z.array(
    z.object({ name: z.string(), points: z.array(point), mark: z.enum(['line', 'points', 'bars']).optional() }),
  ),
  width: z.number().optional(),
  height: z.number().optional(),
});

/** What a worked example came to. */
export const experiment = z.object({
  title: z.string(),
  columns: z.array(
    z.object({
      key: z.string(),
      label: z.string(),
      unit: z.enum(['%', '°C', 'points', 'steps', '']),
      decimals: z.number().int(),
    }),
  ),
  rows: z.array(
    z.object({
      name: z.string(),
      figures: z.record(z.string(), z.number().nullable()),
      remark: z.string().optional(),
    }),
  ),
  findings: z.array(z.string()),
  plot,
});

/** What all experiments are asked with. */
const asked = {
  seed: z.number().int().default(1),
  /** An SVG file to write the picture into. */
  plotFile: path.optional(),
};

export const scoredWord = z.object({
  word: z.string(),
  known: z.boolean(),
  score: z.number(),
  updateGate: z.number(),
});

const seriesFile = z.object({
  /** Comma-separated values with dates; the worked example's own where left out. */
  file: path.optional(),
  ...asked,
});

/** Worked examples of what recurrent networks are good for. */
export const labCalls = {
  /** Favourable sentences told from others, by cross-validation, beside a bag of words. */
  'lab.sentiment': local(
    z.object({ files: z.array(path).min(1), folds: z.number().int().min(2).max(100).default(5), ...asked }),
    experiment,
  ),
  /** The same network, trained on all sentences, on another one: its verdict after each word. */
  'lab.scoreText': local(
    z.object({ files: z.array(path).min(1), text: z.string().max(10_000), ...asked }),
    z.object({ words: z.array(scoredWord), plot }),
  ),
  /** The next day's and the next week's maximum temperature, the last year of the file held out. */
  'lab.weather': local(seriesFile, experiment),
  /** Tomorrow's and next week's closing price, the last fifth of the file held out. */
  'lab.prices': local(seriesFile, experiment),
  /** How long each cell remembers, by one of two classical tests. */
  'lab.memory': local(
    z.object({
      task: z.enum(['adding', 'copy']),
      lengths: z.array(z.number().int().min(2).max(10_000)).min(1).max(20).default([50, 100, 200, 400, 800]),
      cells: z.array(cellName).min(1).default(['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu']),
      /** Updates of each network. */
      steps: z.number().int().min(1).max(1_000_000).default(1000),
      hidden: z.number().int().min(1).max(4096).default(32),
      ...asked,
    }),
    experiment,
  ),
} as const;

export type LabExperiment = z.output<typeof experiment>;
export type LabScoredWord = z.output<typeof scoredWord>;
