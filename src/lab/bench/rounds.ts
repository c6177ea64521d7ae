import { setTimeout } from 'node:timers/promises';
import type { CancelSignal } from '../../cancel.ts';
import { HeedError } from '../../errors.ts';

/**
 * Programs are compared in rounds: in each, every contender runs for a slice of time in turn. What the machine does
 * besides (heat, other processes) then hits all alike, and a ratio is taken within a round before the median over rounds.
 */
export interface RoundPart {
  /** Runs for about so long and returns the seconds that one item took, by key. */
  measure(sliceMs: number): Promise<ReadonlyMap<string, number>>;
}

/** One program at one job. */
export interface Contender {
  readonly key: string;
  /** What one run gets through: utterances, frames, floating-point operations. */
  readonly itemsPerRun: number;
  run(): void | Promise<void>;
}

/** Seconds per item, one for each round, by key. */
export type Samples = ReadonlyMap<string, readonly number[]>;

/**
 * A contender's turn: one run that is not counted (it fetches caches and wakes threads), then runs until the slice is
 * over, at least one; the median of their times counts.
 *
 * @param nowMs the clock
 */
export function contenderPart(contender: Contender, nowMs: () => number = () => performance.now()): RoundPart {
  return {
    async measure(sliceMs) {
      await contender.run();
      const times: number[] = [];
      const startMs = nowMs();
      for (let beforeMs = startMs; times.length === 0 || beforeMs - startMs < sliceMs;) {
        await contender.run();
        const afterMs = nowMs();
        times.push(afterMs - beforeMs);
        beforeMs = afterMs;
      }
      return new Map([[contender.key, median(times) / 1000 / contender.itemsPerRun]]);
    },
  };
}

/**
 * Several contenders in one turn, a run of each in turn until the slices of all are over: for differences so small that what the
 * machine does besides from one turn to the next would hide them. Each has one run that is not counted; the median of its
 * times counts.
 *
 * @param nowMs the clock
 */
export function interleavedPart(
  contenders: readonly Contender[],
  nowMs: () => number = () => performance.now(),
): RoundPart {
  return {
    async measure(sliceMs) {
      for (const contender of contenders) await contender.run();
      const times = contenders.map((): number[] => []);
      const startMs = nowMs();
      for (let beforeMs = startMs; times[0]!.length === 0 || beforeMs - startMs < sliceMs * contenders.length;)
        for (const [index, contender] of contenders.entries()) {
          await contender.run();
          const afterMs = nowMs();
          times[index]!.push(afterMs - beforeMs);
          beforeMs = afterMs;
        }
      return new Map(
        contenders.map(({ key, itemsPerRun }, index) => [key, median(times[index]!) / 1000 / itemsPerRun]),
      );
    },
  };
}

export interface RoundSettings {
  readonly rounds: number;
  readonly sliceMs: number;
  /** Before each turn, for the threads of the one before to fall asleep. */
  readonly pauseMs: number;
}

/**
 * Runs all parts in turn, round after round.
 * @param onTurn told how many turns are over
 * @throws {HeedError} cancelled
 */
export async function runRounds(
  parts: readonly RoundPart[],
  { rounds, sliceMs, pauseMs }: RoundSettings,
  onTurn: (done: number) => void,
  signal: CancelSignal,
): Promise<Samples> {
  const samples = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++)
    for (const [index, part] of parts.entries()) {
      if (signal.aborted) throw new HeedError('cancelled', 'The benchmark was stopped; nothing was changed.');
      await setTimeout(pauseMs);
      for (const [key, seconds] of await part.measure(sliceMs)) {
        const before = samples.get(key);
        if (before) before.push(seconds);
        else samples.set(key, [seconds]);
      }
      onTurn(round * parts.length + index + 1);
    }
  return samples;
}

/** The middle value; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The samples of a key. @throws {HeedError} internal where nothing measured it */
export function samplesOf(samples: Samples, key: string): readonly number[] {
  const found = samples.get(key);
  if (!found) throw new HeedError('internal', `The benchmark measured nothing under the name ${key}.`);
  return found;
}
