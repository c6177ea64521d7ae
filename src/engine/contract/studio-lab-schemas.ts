import { z } from 'zod';
import { cellReach, comparedCell } from './compare-calls.ts';
import { weighing } from './compress-calls.ts';
import { experiment, plot, scoredWord } from './lab-calls.ts';
import { cellName, fileBytes } from './schemas.ts';
import { trialNews, trialRecord } from './search-calls.ts';

/** A file that the user chose in a window, which names no paths. */
const chosenFile = z.object({ name: z.string().min(1).max(255), bytes: fileBytes });

/** What is learned from: the user's own words, or the folder that was handed over last by `lab.clips.add`. */
const clips = z.enum(['words', 'folder']);

const passes = z.number().int().min(1).max(1000);
const seed = z.number().int().min(0).default(1);
/** As a parameter's name and what it may be: `hidden=32,64`, `learning-rate=0.001..0.02`. */
const dimension = z.string().min(1).max(400);

const sentences = { texts: z.array(chosenFile).min(1).max(20), seed };
const series = { file: chosenFile.optional(), seed };
const memory = {
  lengths: z.array(z.number().int().min(2).max(10_000)).min(1).max(20),
  cells: z.array(cellName).min(1),
  steps: z.number().int().min(1).max(1_000_000),
  hidden: z.number().int().min(1).max(512),
  seed,
};

/** One experiment of the studio's Lab. */
export const labJob = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compare'),
    clips,
    cells: z.array(cellName).min(1),
    /** Units of a layer of the GRU; the others have as many parameters. */
    hidden: z.number().int().min(1).max(512),
    passes,
    seeds: z.number().int().min(1).max(20),
    seed,
  }),
  z.object({
    kind: z.literal('search'),
    clips,
    space: z.array(dimension).min(1).max(40),
    method: z.enum(['grid', 'random', 'halving']),
    trials: z.number().int().min(1).max(10_000),
    passes,
    seed,
  }),
  z.object({ kind: z.literal('lighter'), clips, modelId: z.string(), passes, seed }),
  z.object({ kind: z.literal('sentiment'), folds: z.number().int().min(2).max(20), ...sentences }),
  z.object({ kind: z.literal('sentence'), text: z.string().min(1).max(10_000), ...sentences }),
  z.object({ kind: z.literal('weather'), ...series }),
  z.object({ kind: z.literal('prices'), ...series }),
  z.object({ kind: z.literal('adding'), ...memory }),
  z.object({ kind: z.literal('copy'), ...memory }),
]);

export const labKind = z.enum([
  'compare',
  'search',
  'lighter',
  'sentiment',
  'sentence',
  'weather',
  'prices',
  'adding',
  'copy',
]);

/** A picture, and the one sentence on what it shows. */
const picture = z.object({ name: z.string(), plot, finding: z.string() });

/** Trials as parallel coordinates: places run from 0 at an axis's foot to 1 at its head. */
export const coordinates = z.object({
  axes: z.array(z.object({ label: z.string(), ticks: z.array(z.object({ place: z.number(), text: z.string() })) })),
  /** Worst first. */
  lines: z.array(
    z.object({
      id: z.string(),
      /** `[axes]`; null where the trial has nothing there. */
      places: z.array(z.number().nullable()),
      /** 0 for the best trial that finished, 1 for the worst; null for one that did not. */
      rank: z.number().nullable(),
      text: z.string(),
    }),
  ),
});

/** What an experiment came to. */
export const labResult = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('compare'),
    cells: z.array(comparedCell),
    reach: z.array(cellReach),
    pictures: z.array(picture),
  }),
  z.object({
    kind: z.literal('search'),
    /** Best first. */
    records: z.array(trialRecord),
    coordinates,
    /** Whether it was stopped before its end: the same search goes on with it. */
    stopped: z.boolean(),
  }),
  z.object({ kind: z.literal('lighter'), models: z.array(weighing.extend({ name: z.string() })) }),
  z.object({ kind: z.enum(['sentiment', 'weather', 'prices', 'adding', 'copy']), experiment }),
  z.object({ kind: z.literal('sentence'), words: z.array(scoredWord), plot }),
]);

/** How far the experiment that runs is. */
export const labProgress = z.object({
  kind: labKind,
  stage: z.string(),
  done: z.number().int(),
  /** 0 where there are no steps to count. */
  total: z.number().int(),
  remainingMs: z.number().nullable(),
});

/** The experiment that runs, and what is known of it so far; null where none does. */
export const labRunning = z.object({ kind: labKind, progress: labProgress.nullable(), trials: z.array(trialNews) });

/** An experiment's end: with a result, with a sentence on what went wrong, or with neither where it was stopped. */
export const labEnd = z.object({ kind: labKind, result: labResult.nullable(), failure: z.string().nullable() });

/** What a search can vary. */
export const labParameter = z.object({
  name: z.string(),
  /** What it may be, for people: "whole, 1 to 4096" or "last or mean". */
  allowed: z.string(),
  /** What is tried unless the user says otherwise, as `32..160` or `10,20`. */
  usual: z.string(),
  /** Whether a search varies it unless the user says otherwise. */
  chosen: z.boolean(),
});

export type CellName = z.output<typeof cellName>;
export type LabJob = z.input<typeof labJob>;
export type LabKind = z.output<typeof labKind>;
export type LabResult = z.output<typeof labResult>;
type ResultFor<Result, K> = Result extends { kind: infer Kinds } ? (K extends Kinds ? Result : never) : never;
export type LabResultOf<K extends LabKind> = ResultFor<LabResult, K>;
export type LabProgress = z.output<typeof labProgress>;
export type LabRunning = z.output<typeof labRunning>;
export type LabEnd = z.output<typeof labEnd>;
export type LabParameter = z.output<typeof labParameter>;
export type LabCoordinates = z.output<typeof coordinates>;
export type LabPlot = z.output<typeof plot>;
