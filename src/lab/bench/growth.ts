import type { ComputeBackend } from '../../nn/network.ts';
import { figure, medianOfRounds } from './figures.ts';
import { contenderPart } from './rounds.ts';
import { trainingFlops, type BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import { trainingContender } from './training-step.ts';

/** What a training step costs where one size of a shape is a multiple of what it was. */
export interface StepCost {
  readonly shape: string;
  readonly size: GrowingSize | null;
  readonly factor: number;
  readonly stepMilliseconds: number;
  /** As many times the shape's own operations, and its own time. */
  readonly operations: number;
  readonly time: number;
}

export type GrowingSize = 'batchSize' | 'frameCount' | 'layerCount' | 'hiddenSize';
const SIZES: readonly GrowingSize[] = ['batchSize', 'frameCount', 'layerCount', 'hiddenSize'];

/** Training steps of a shape, and of the shape with one size after another multiplied. */
export function createStepGrowth(
  shape: BenchShape,
  factors: readonly number[],
  backend: ComputeBackend,
): Subject<StepCost[]> {
  const base = { shape, size: null, factor: 1, key: `${shape.name} growth` };
  const grown = SIZES.flatMap((size) =>
    factors.map((factor) => ({
      shape: { ...shape, [size]: shape[size] * factor },
      size,
      factor,
      key: `${shape.name} growth of ${size} by ${factor}`,
    })),
  );
  const cases = [base, ...grown];
  const stepFlops = (of: BenchShape): number => of.batchSize * trainingFlops(of);
  return {
    parts: cases.map(({ shape, key }) => contenderPart(trainingContender(shape, backend, key))),
    report: (samples) =>
      cases.map(({ shape: of, size, factor, key }) => ({
        shape: shape.name,
        size,
        factor,
        stepMilliseconds: (of.batchSize * figure(samples, key, 'microseconds')) / 1000,
        operations: stepFlops(of) / stepFlops(shape),
        time: medianOfRounds(
          samples,
          [key, base.key],
          (seconds, own) => (of.batchSize * seconds) / (shape.batchSize * own),
        ),
      })),
  };
}
