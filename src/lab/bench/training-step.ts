import type { CellName } from '../../nn/cells/cell.ts';
import { DEFAULT_TRAINER_SETTINGS, type ComputeBackend } from '../../nn/network.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { figure, medianOfRounds, type Comparison } from './figures.ts';
import { BF16_PEAK_KEY, PEAK_KEY } from './fma-peak.ts';
import { randomBatch, randomTargets } from './random-work.ts';
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
  /** With products in bfloat16; null where the processor has no instructions for it. */
  readonly bf16: StepFigures | null;
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
  /** Where it is measured in bfloat16 too. */
  readonly bf16?: ComputeBackend | undefined;
  /** Whether the multiply-add peak is measured in the same rounds. */
  readonly hasPeak: boolean;
  readonly torch?: Torch | undefined;
}

export function createTrainingStep(
  shape: BenchShape,
  backend: ComputeBackend,
  { cell = 'gru', bf16, hasPeak, torch, key = `${shape.name} training` }: TrainingStepOptions,
): Subject<TrainingFigures> {
  const bf16Key = `${key} bf16`;
  const flops = trainingFlops({ ...shape, cell });
  const figures = (samples: Samples, own: string, peak: string): StepFigures => ({
    utterancesPerSecond: figure(samples, own, 'per second'),
    shareOfFmaPeak: hasPeak
      ? medianOfRounds(samples, [own, peak], (seconds, perOperation) => (flops * perOperation) / seconds)
      : null,
    comparisons: torch ? [torch.compare(samples, shape.name, 'training', own, 'per second')] : [],
  });
  return {
    parts: [
      contenderPart(trainingContender(shape, backend, key, cell)),
      ...(bf16 ? [contenderPart(trainingContender(shape, bf16, bf16Key, cell))] : []),
    ],
    report: (samples) => ({
      ...figures(samples, key, PEAK_KEY),
      megaflopPerUtterance: flops / 1e6,
      bf16: bf16 ? figures(samples, bf16Key, BF16_PEAK_KEY) : null,
    }),
  };
}
