import { z } from 'zod';
import { cellName } from './schemas.ts';

/** How Heed's figures compare with another program's, both measured in turn in the same run. */
export const benchComparison = z.object({
  /** `ONNX Runtime`, `PyTorch` or `Meyda`. */
  with: z.string(),
  version: z.string().nullable(),
  /** How many times as fast Heed is as the other's best variant of the same round; the median over the rounds. */
  ratio: z.number(),
  /** The ways in which the other was run; values in the unit of Heed's own figure. */
  variants: z.array(z.object({ name: z.string(), value: z.number() })),
});

const comparisons = z.array(benchComparison);

const benchTraining = z.object({
  utterancesPerSecond: z.number(),
  /** Of the multiply-add peak of all threads in the same precision, 0…1; null where there is no native core. */
  shareOfFmaPeak: z.number().nullable(),
  comparisons,
});
const benchInference = z.object({ utterancesPerSecond: z.number(), comparisons });
const benchEndToEnd = z.object({ examplesPerSecond: z.number() });
const benchPeak = z.object({ oneThreadGigaflops: z.number(), allThreadsGigaflops: z.number() });

/** The same figures in each format of 16 bits. */
const reducedOf = <Figures extends z.ZodRawShape>(figures: z.ZodObject<Figures>) =>
  z.array(figures.extend({ precision: z.enum(['bfloat16', 'float16']) }));

const benchStep = z.object({ stepMicroseconds: z.number(), comparisons });

export const benchShape = z.object({
  shape: z.object({
    frameCount: z.number().int(),
    inputSize: z.number().int(),
    hiddenSize: z.number().int(),
    layerCount: z.number().int(),
    classCount: z.number().int(),
    batchSize: z.number().int(),
  }),
  // `reduced`: with products of 16 bits, in the formats that the processor has instructions for.
  training: benchTraining.extend({ megaflopPerUtterance: z.number(), reduced: reducedOf(benchTraining) }),
  inference: benchInference.extend({ reduced: reducedOf(benchInference) }),
  streaming: benchStep.extend({
    /** With weights read as bf16; null where there is no native core. */
    bf16: benchStep.nullable(),
  }),
  /** Training with augmentation on, from clips in memory. */
  endToEnd: benchEndToEnd.extend({ reduced: reducedOf(benchEndToEnd) }),
});

export const benchStepCost = z.object({
  shape: z.string(),
  /** The size that was multiplied; null for the shape as it is. */
  size: z.enum(['batchSize', 'frameCount', 'layerCount', 'hiddenSize']).nullable(),
  factor: z.number(),
  stepMilliseconds: z.number(),
  /** As many times the operations, and the time, of the shape as it is. */
  operations: z.number(),
  time: z.number(),
});

export const benchCellTraining = z.object({
  /** The name of the shape whose sizes the network has. */
  shape: z.string(),
  cell: cellName,
  /** The name by which people know the cell. */
  title: z.string(),
  utterancesPerSecond: z.number(),
  /** Of the multiply-add peak of all threads, 0…1; null where there is no native core. */
  shareOfFmaPeak: z.number().nullable(),
  megaflopPerUtterance: z.number(),
});

export const benchClipMemory = z.object({
  clipCount: z.number().int(),
  soundMebibytes: z.number(),
  /** The most that the whole process held; null where this machine has not the memory to try. */
  peakMebibytes: z.number().nullable(),
});

/** What `bench` answers. Figures are medians over the rounds. */
export const benchReport = z.object({
  machine: z.object({
    processor: z.string(),
    cores: z.number().int(),
    node: z.string(),
    backend: z.enum(['typescript', 'native']),
    /** Of the native core's kernels; null where there is no native core. */
    instructionSet: z.string().nullable(),
  }),
  rounds: z.number().int(),
  /** How long each contender ran in a round, at least. */
  sliceMs: z.number(),
  fmaPeak: benchPeak.extend({ reduced: reducedOf(benchPeak) }).nullable(),
  /** By the name of the shape. */
  shapes: z.record(z.string(), benchShape),
  /** On one core. */
  mfcc: z.object({ frameMicroseconds: z.number(), comparisons }),
  /** Training of every recurrent cell in float32, where it was asked for. */
  cells: z.array(benchCellTraining).nullable(),
  growth: z.object({ steps: z.array(benchStepCost), memory: z.array(benchClipMemory) }).nullable(),
});

export type BenchComparison = z.output<typeof benchComparison>;
export type BenchShapeReport = z.output<typeof benchShape>;
export type BenchReport = z.output<typeof benchReport>;
