import type { NativeAddon } from '../../native/addon.ts';
import { coded } from '../../native/coded-errors.ts';
import type { Precision } from '../../nn/network.ts';
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
  /** Of bfloat16, whose instructions do two multiply-adds in each lane; null where the processor has none. */
  readonly bf16: { readonly oneThreadGigaflops: number; readonly allThreadsGigaflops: number } | null;
}

/** The samples of the peak of all threads: seconds per floating-point operation. */
export const PEAK_KEY = 'peak of all threads';
export const BF16_PEAK_KEY = 'bf16 peak of all threads';
const ONE_THREAD_KEY = 'peak of one thread';
const BF16_ONE_THREAD_KEY = 'bf16 peak of one thread';

/** Whether these kernels have instructions for bfloat16. */
export function hasBf16({ addon, instructionSet }: BenchCore): boolean {
  return addon.bf16InstructionSets.includes(instructionSet);
}

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
  const bf16 = hasBf16(core);
  return {
    parts: [
      contender(ONE_THREAD_KEY, 1, 'float32'),
      contender(PEAK_KEY, threads, 'float32'),
      ...(bf16 ? [contender(BF16_ONE_THREAD_KEY, 1, 'bfloat16'), contender(BF16_PEAK_KEY, threads, 'bfloat16')] : []),
    ].map((each) => contenderPart(each)),
    report: (samples) => ({
      oneThreadGigaflops: figure(samples, ONE_THREAD_KEY, 'per second') / 1e9,
      allThreadsGigaflops: figure(samples, PEAK_KEY, 'per second') / 1e9,
      bf16: bf16
        ? {
            oneThreadGigaflops: figure(samples, BF16_ONE_THREAD_KEY, 'per second') / 1e9,
            allThreadsGigaflops: figure(samples, BF16_PEAK_KEY, 'per second') / 1e9,
          }
        : null,
    }),
  };
}
