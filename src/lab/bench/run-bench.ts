import { availableParallelism, cpus } from 'node:os';
import type { CancelSignal } from '../../cancel.ts';
import type { Compute } from '../../training/compute.ts';
import { StageProgress, type ProgressListener } from '../../training/progress.ts';
import { createBatchInference, type InferenceFigures } from './batch-inference.ts';
import { createCellTraining, type CellTraining } from './cell-training.ts';
import { measureClipMemory, type ClipMemory } from './clip-memory.ts';
import { createEndToEnd, type EndToEndFigures } from './end-to-end.ts';
import { createFmaPeak, type FmaPeak } from './fma-peak.ts';
import { createStepGrowth, type StepCost } from './growth.ts';
import { createMfcc, type MfccFigures } from './mfcc.ts';
import { reducedPrecisions, type BenchCore } from './reduced-precision.ts';
import { runRounds, type RoundPart, type Samples } from './rounds.ts';
import type { BenchShape } from './shapes.ts';
import { createStreamingStep, type StreamingFigures } from './streaming-step.ts';
import type { Subject } from './subject.ts';
import { createTorch } from './torch.ts';
import { createTrainingStep, type TrainingFigures } from './training-step.ts';

/** What to measure, and for how long. */
export interface BenchSettings {
  readonly shapes: readonly BenchShape[];
  /** How long each contender runs in all. */
  readonly seconds: number;
  readonly rounds: number;
  /** A Python script that measures PyTorch at the same shapes. */
  readonly torch?: string | undefined;
  /** Also training of every recurrent cell. */
  readonly cells?: boolean;
  /** How cost grows: factors of each size, numbers of clips in memory; left out, as it takes minutes. */
  readonly growth?: { readonly factors: readonly number[]; readonly clipCounts: readonly number[] } | undefined;
}

/** Where Heed's own sums are done. */
export interface BenchCompute extends Compute {
  /** The native core, where there is one. */
  readonly core: BenchCore | undefined;
}

export interface ShapeReport {
  readonly shape: Omit<BenchShape, 'name'>;
  readonly training: TrainingFigures;
  readonly inference: InferenceFigures;
  readonly streaming: StreamingFigures;
  readonly endToEnd: EndToEndFigures;
}

/** All figures; the same fields as the engine's call `bench` answers. */
export interface BenchReport {
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    readonly backend: 'typescript' | 'native';
    /** Of the native core's kernels; null where there is no native core. */
    readonly instructionSet: string | null;
  };
  readonly rounds: number;
  readonly sliceMs: number;
  readonly fmaPeak: FmaPeak | null;
  /** By the name of the shape. */
  readonly shapes: Readonly<Record<string, ShapeReport>>;
  readonly mfcc: MfccFigures;
  /** Where they were asked for. */
  readonly cells: CellTraining[] | null;
  readonly growth: { readonly steps: StepCost[]; readonly memory: ClipMemory[] } | null;
}

/** Long enough for the threads of any contender to have gone to sleep. */
const PAUSE_MS = 10;

/**
 * Measures Heed beside other programs, all in one run and in turn. Not for worker threads, where ONNX Runtime can abort the
 * process. A synchronous contender holds the event loop for up to its slice.
 * @throws {HeedError} usage where PyTorch was asked for and cannot be measured; cancelled
 */
export async function runBench(
  settings: BenchSettings,
  compute: BenchCompute,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<BenchReport> {
  // First of all: the process's peak must not be that of the measurements below.
  const memory = settings.growth && (await measureClipMemory(settings.growth.clipCounts, compute));
  const subjects = await createSubjects(settings, compute);
  try {
    const sliceMs = (1000 * settings.seconds) / settings.rounds;
    const progress = new StageProgress('bench', 'Measuring', settings.rounds * subjects.parts.length, onProgress);
    const samples = await runRounds(
      subjects.parts,
      { rounds: settings.rounds, sliceMs, pauseMs: PAUSE_MS },
      (done) => progress.report(done),
      signal,
    );
    return {
      machine: {
        processor: cpus()[0]?.model ?? 'unknown',
        cores: availableParallelism(),
        node: process.version,
        backend: compute.backend.name,
        instructionSet: compute.core?.instructionSet ?? null,
      },
      rounds: settings.rounds,
      sliceMs,
      ...subjects.report(samples, memory),
    };
  } finally {
    await subjects.close();
  }
}

interface Subjects {
  readonly parts: readonly RoundPart[];
  report(
    samples: Samples,
    memory: ClipMemory[] | undefined,
  ): Pick<BenchReport, 'fmaPeak' | 'shapes' | 'mfcc' | 'cells' | 'growth'>;
  close(): Promise<void>;
}

/** Everything there is to measure, loaded and ready. PyTorch comes first: if it cannot be had, that is found out at once. */
async function createSubjects(
  { shapes, torch: file, cells = false, growth }: BenchSettings,
  compute: BenchCompute,
): Promise<Subjects> {
  const { backend, core } = compute;
  const reduced = (core ? reducedPrecisions(core) : []).map((precision) => ({
    precision,
    backend: compute.backendIn(precision),
  }));
  const names = shapes.map(({ name }) => name);
  const torch = file === undefined ? undefined : createTorch(file, names);
  const all: Subject<unknown>[] = [];
  const add = <Report>(subject: Subject<Report>): Subject<Report> => {
    all.push(subject);
    return subject;
  };
  const close = async (): Promise<void> => {
    for (const subject of all) await subject.close?.();
  };
  try {
    const peak = core && add(createFmaPeak(core, availableParallelism()));
    const perShape: ((samples: Samples) => [string, ShapeReport])[] = [];
    for (const { name, ...sizes } of shapes) {
      const shape = { name, ...sizes };
      const training = add(createTrainingStep(shape, backend, { reduced, hasPeak: core !== undefined, torch }));
      const inference = add(await createBatchInference(shape, backend, reduced, torch));
      const streaming = add(await createStreamingStep(shape, backend, core, torch));
      const endToEnd = add(await createEndToEnd(shape, compute, reduced));
      perShape.push((samples) => [
        name,
        {
          shape: sizes,
          training: training.report(samples),
          inference: inference.report(samples),
          streaming: streaming.report(samples),
          endToEnd: endToEnd.report(samples),
        },
      ]);
    }
    const mfcc = add(createMfcc(compute));
    const cellTrainings = cells
      ? shapes.map((shape) => add(createCellTraining(shape, backend, core !== undefined)))
      : null;
    const steps = growth && shapes.map((shape) => add(createStepGrowth(shape, growth.factors, backend)));
    return {
      parts: [...(torch ? [torch.part] : []), ...all.flatMap(({ parts }) => parts)],
      report: (samples, memory) => ({
        fmaPeak: peak?.report(samples) ?? null,
        shapes: Object.fromEntries(perShape.map((report) => report(samples))),
        mfcc: mfcc.report(samples),
        cells: cellTrainings?.flatMap((subject) => subject.report(samples)) ?? null,
        growth: steps && memory ? { steps: steps.flatMap((subject) => subject.report(samples)), memory } : null,
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
