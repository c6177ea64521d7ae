/** A recording of one word or of something else, and how sure a model was of that word. */
export interface ScoredTake {
  readonly isWord: boolean;
  /** The word's posterior, 0…1. */
  readonly posterior: number;
  /** Whether the word's posterior is the highest: only then can it fire. */
  readonly isHighest: boolean;
}

/** What a threshold costs: takes of the word that would not be heard, and others that would. */
export interface TakeThresholdPoint {
  readonly threshold: number;
  readonly missed: number;
  readonly falseAlarms: number;
}

/**
 * Misses and false alarms of one word on separate recordings, for each threshold. A take is heard as the word where the
 * word's posterior is the highest and reaches the threshold, as the Decider has it for a stream.
 */
export function takeThresholdCurve(
  takes: readonly ScoredTake[],
  thresholds: readonly number[],
): readonly TakeThresholdPoint[] {
  return thresholds.map((threshold) => {
    let missed = 0;
    let falseAlarms = 0;
    for (const { isWord, posterior, isHighest } of takes) {
      const isHeard = isHighest && posterior >= threshold;
      if (isWord && !isHeard) missed++;
      if (!isWord && isHeard) falseAlarms++;
    }
    return { threshold, missed, falseAlarms };
  });
}
