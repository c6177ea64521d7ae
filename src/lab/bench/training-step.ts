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
export function trainingContender(shape: BenchShape, backend: ComputeBackend, key: string): Contender {
  const network = networkShape(shape);
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

export function createTrainingStep(
  shape: BenchShape,
  backend: ComputeBackend,
  bf16: ComputeBackend | undefined,
  hasPeak: boolean,
  torch: Torch | undefined,
): Subject<TrainingFigures> {
  const key = `${shape.name} training`;
  const bf16Key = `${key} bf16`;
  const flops = trainingFlops(shape);
  const figures = (samples: Samples, own: string, peak: string): StepFigures => ({
    utterancesPerSecond: figure(samples, own, 'per second'),
    shareOfFmaPeak: hasPeak
      ? medianOfRounds(samples, [own, peak], (seconds, perOperation) => (flops * perOperation) / seconds)
      : null,
    comparisons: torch ? [torch.compare(samples, shape.name, 'training', own, 'per second')] : [],
  });
  return {
    parts: [
      contenderPart(trainingContender(shape, backend, key)),
      ...(bf16 ? [contenderPart(trainingContender(shape, bf16, bf16Key))] : []),
    ],
    report: (samples) => ({
      ...figures(samples, key, PEAK_KEY),
      megaflopPerUtterance: flops / 1e6,
      bf16: bf16 ? figures(samples, bf16Key, BF16_PEAK_KEY) : null,
    }),
  };
}
