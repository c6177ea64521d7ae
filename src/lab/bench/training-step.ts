import { DEFAULT_TRAINER_SETTINGS, type ComputeBackend } from '../../nn/network.ts';
import { initialiseParameters } from '../../nn/initialise.ts';
import { figure, medianOfRounds, type Comparison } from './figures.ts';
import { PEAK_KEY } from './fma-peak.ts';
import { randomBatch, randomTargets } from './random-work.ts';
import { contenderPart, type Contender } from './rounds.ts';
import { networkShape, trainingFlops, type BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import type { Torch } from './torch.ts';

export interface TrainingFigures {
  readonly utterancesPerSecond: number;
  readonly megaflopPerUtterance: number;
  /** Of the multiply-add peak of all threads in the same round, 0…1; null where there is no native core. */
  readonly shareOfFmaPeak: number | null;
  readonly comparisons: Comparison[];
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
  hasPeak: boolean,
  torch: Torch | undefined,
): Subject<TrainingFigures> {
  const key = `${shape.name} training`;
  const flops = trainingFlops(shape);
  return {
    parts: [contenderPart(trainingContender(shape, backend, key))],
    report: (samples) => ({
      utterancesPerSecond: figure(samples, key, 'per second'),
      megaflopPerUtterance: flops / 1e6,
      shareOfFmaPeak: hasPeak
        ? medianOfRounds(samples, [key, PEAK_KEY], (seconds, perOperation) => (flops * perOperation) / seconds)
        : null,
      comparisons: torch ? [torch.compare(samples, shape.name, 'training', key, 'per second')] : [],
    }),
  };
}
