import { CELL_NAMES, cellOf, type CellName } from '../../nn/cells/cell.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import type { BenchShape } from './shapes.ts';
import type { Subject } from './subject.ts';
import { createTrainingStep } from './training-step.ts';

/** What training a cell comes to at a shape. */
export interface CellTraining {
  readonly shape: string;
  readonly cell: CellName;
  /** The name by which people know it. */
  readonly title: string;
  readonly utterancesPerSecond: number;
  /** Of the multiply-add peak of all threads in the same round, 0…1; null where there is no native core. */
  readonly shareOfFmaPeak: number | null;
  readonly megaflopPerUtterance: number;
}

/** Training steps of every recurrent cell with the shape's sizes, in float32. */
export function createCellTraining(
  shape: BenchShape,
  backend: ComputeBackend,
  hasPeak: boolean,
): Subject<CellTraining[]> {
  const subjects = CELL_NAMES.map((cell) => ({
    cell,
    step: createTrainingStep(shape, backend, { cell, hasPeak, key: `${shape.name} training ${cell}` }),
  }));
  return {
    parts: subjects.flatMap(({ step }) => step.parts),
    report: (samples) =>
      subjects.map(({ cell, step }) => {
        const { utterancesPerSecond, shareOfFmaPeak, megaflopPerUtterance } = step.report(samples);
        const { title } = cellOf({ cell });
        return { shape: shape.name, cell, title, utterancesPerSecond, shareOfFmaPeak, megaflopPerUtterance };
      }),
  };
}
