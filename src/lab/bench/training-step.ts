import type { CellName } from '../../nn/cells/cell.ts';
import { DEFAULT_TRAINER_SETTINGS, type ComputeBackend, type Precision } from '../../nn/network.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { figure, medianOfRounds, type Comparison } from './figures.ts';
import { peakKey } from './fma-peak.ts';
import { randomBatch, randomTargets } from './random-work.ts';
import type { Reduced, ReducedBackend } from './reduced-precision.ts';
import { contenderPart, type Contender, type Samples } from './rounds.ts';
import { networkShape, trainingFlops, type BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

interface StepFigures {
  readonly utterancesPerSecond: number;
  /** Of the multiply-add peak of all threads, in the same precision and round, 0…1; null where there is no native core. */
  readonly shareOfFmaPeak: number | null;
  readonly comparisons: Comparison[];
}

export interface TrainingFigures extends StepFigures {
  readonly megaflopPerUtterance: number;
  /** With products of 16 bits. */
  readonly reduced: Reduced<StepFigures>[];
}

/** One training step: forward, loss, backpropagation through time, clipping, Adam. Counts utterances. */
export function trainingContender(
  shape: BenchShape,
  backend: ComputeBackend,
  key: string,
  cell: CellName = 'gru',
): Contender {
  const network = networkShape(shape, cell);
  const trainer = backend
    .createNetwork(network, initialiseParameters(network, 1))
    .createTrainer(DEFAULT_TRAINER_SETTINGS);
  const batch = randomBatch(shape);
  const targets = randomTargets(shape);
  return {
    key,
    itemsPerRun: shape.batchSize,
    run: async () => void (await trainer.step(batch, targets, 1e-3)),
  };
}

interface TrainingStepOptions {
  /** Of the samples. */
  readonly key?: string;
  readonly cell?: CellName;
  /** In which other formats it is measured too. */
  readonly reduced?: readonly ReducedBackend[];
  /** Whether the multiply-add peak is measured in the same rounds. */
  readonly hasPeak: boolean;
  readonly torch?: Torch | undefined;
}

export function createTrainingStep(
  shape: BenchShape,
  backend: ComputeBackend,
  { cell = 'gru', reduced = [], hasPeak, torch, key = `${shape.name} training` }: TrainingStepOptions,
): Subject<TrainingFigures> {
  const keyOf = (precision: Precision): string => `${key} ${precision}`;
  const flops = trainingFlops({ ...shape, cell });
  const figures = (samples: Samples, own: string, precision: Precision): StepFigures => ({
    utterancesPerSecond: figure(samples, own, 'per second'),
    shareOfFmaPeak: hasPeak
      ? medianOfRounds(samples, [own, peakKey(precision)], (seconds, perOperation) => (flops * perOperation) / seconds)
      : null,
    comparisons: torch ? [torch.compare(samples, shape.name, 'training', own, 'per second')] : [],
  });
  return {
    parts: [
      contenderPart(trainingContender(shape, backend, key, cell)),
      ...reduced.map(({ precision, backend }) =>
        contenderPart(trainingContender(shape, backend, keyOf(precision), cell)),
      ),
    ],
    report: (samples) => ({
      ...figures(samples, key, 'float32'),
      megaflopPerUtterance: flops / 1e6,
      reduced: reduced.map(({ precision }) => ({ precision, ...figures(samples, keyOf(precision), precision) })),
    }),
  };
}
