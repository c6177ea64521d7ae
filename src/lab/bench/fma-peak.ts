import type { NativeAddon } from '../../native/addon.ts';
import { coded } from '../../native/coded-errors.ts';
import { figure } from './figures.ts';
import { contenderPart, type Contender } from './rounds.ts';
import type { Subject } from './subject.ts';

/** The native core that is measured, and the kernels it uses. */
export interface BenchCore {
  readonly addon: NativeAddon;
  readonly instructionSet: string;
}

export interface FmaPeak {
  readonly oneThreadGigaflops: number;
  readonly allThreadsGigaflops: number;
}

/** The samples of the peak of all threads: seconds per floating-point operation. */
export const PEAK_KEY = 'peak of all threads';
const ONE_THREAD_KEY = 'peak of one thread';

/** About a millisecond of multiply-adds. */
const ROUNDS = 1 << 18;

/** The most that the processor's multiply-add units do, on one thread and on as many as the core uses. */
export function createFmaPeak({ addon, instructionSet }: BenchCore, threads: number): Subject<FmaPeak> {
  const contender = (key: string, count: number): Contender => ({
    key,
    itemsPerRun: coded(() => addon.peakFma(instructionSet, count, 1)) * ROUNDS,
    run: () => void coded(() => addon.peakFma(instructionSet, count, ROUNDS)),
  });
  return {
    parts: [contenderPart(contender(ONE_THREAD_KEY, 1)), contenderPart(contender(PEAK_KEY, threads))],
    report: (samples) => ({
      oneThreadGigaflops: figure(samples, ONE_THREAD_KEY, 'per second') / 1e9,
      allThreadsGigaflops: figure(samples, PEAK_KEY, 'per second') / 1e9,
    }),
  };
}
