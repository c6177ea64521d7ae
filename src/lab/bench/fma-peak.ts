import { coded } from '../../native/coded-errors.ts';
import type { Precision } from '../../nn/network.ts';
import { figure } from './figures.ts';
import { reducedPrecisions, type BenchCore, type Reduced } from './reduced-precision.ts';
import { contenderPart, type Contender } from './rounds.ts';
import type { Subject } from './subject.ts';

interface PeakFigures {
  readonly oneThreadGigaflops: number;
  readonly allThreadsGigaflops: number;
}

export interface FmaPeak extends PeakFigures {
  /** In the formats that the processor has instructions for. */
  readonly reduced: Reduced<PeakFigures>[];
}

/** The samples of the peak of all threads: seconds per floating-point operation. */
export const peakKey = (precision: Precision): string => `${precision} peak of all threads`;
const oneThreadKey = (precision: Precision): string => `${precision} peak of one thread`;

/** About a millisecond of multiply-adds. */
const ROUNDS = 1 << 18;

/** The most that the processor's multiply-add units do, on one thread and on as many as the core uses. */
export function createFmaPeak(core: BenchCore, threads: number): Subject<FmaPeak> {
  const { addon, instructionSet } = core;
  const contender = (key: string, count: number, precision: Precision): Contender => ({
    key,
    itemsPerRun: coded(() => addon.peakFma(instructionSet, count, 1, precision)) * ROUNDS,
    run: () => void coded(() => addon.peakFma(instructionSet, count, ROUNDS, precision)),
  });
  const reduced = reducedPrecisions(core);
  return {
    parts: (['float32', ...reduced] as const)
      .flatMap((precision) => [
        contender(oneThreadKey(precision), 1, precision),
        contender(peakKey(precision), threads, precision),
      ])
      .map((each) => contenderPart(each)),
    report: (samples) => {
      const figures = (precision: Precision): PeakFigures => ({
        oneThreadGigaflops: figure(samples, oneThreadKey(precision), 'per second') / 1e9,
        allThreadsGigaflops: figure(samples, peakKey(precision), 'per second') / 1e9,
      });
      return {
        ...figures('float32'),
        reduced: reduced.map((precision) => ({ precision, ...figures(precision) })),
      };
    },
  };
}
