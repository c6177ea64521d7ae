import { NEVER_FIRES, type DecisionSettings } from '../model/model.ts';
import { decide, wordLabels, type TrackedStream } from './posterior-track.ts';
import { matchDetections } from './score-stream.ts';

/** What one label costs and brings at one threshold, with no other label firing beside it. */
export interface LabelCurvePoint {
  readonly threshold: number;
  /** Sayings of the label that it does not answer, 0…1; 0 where the streams hold none. */
  readonly missRate: number;
  /** Detections of the label that belong to none of its sayings, those on other words and double fires among them. */
  readonly falseAcceptsPerHour: number;
}

/** Fine where posteriors of real words lie: from 0.3 to 0.98 by hundredths, and beyond. */
export const CURVE_THRESHOLDS: readonly number[] = [
  ...Array.from({ length: 69 }, (_, i) => (30 + i) / 100),
  ...[0.985, 0.99, 0.995, 0.998],
];

/**
 * What a slider for one word moves along: misses and false accepts per hour at each threshold, lowest first.
 * @param label  one of `labels` that can fire
 */
export function labelCurve(
  streams: readonly TrackedStream[],
  label: string,
  labels: readonly string[],
  decision: DecisionSettings,
  thresholds = CURVE_THRESHOLDS,
): LabelCurvePoint[] {
  const index = labels.indexOf(label);
  // The label's own posteriors only: its curve must not depend on where the other labels' thresholds stand.
  const alone = streams.map(({ track, truth, durationMs }) => ({
    durationMs,
    truth: truth.filter((word) => word.label === label),
    track: { timesMs: track.timesMs, smoothed: track.smoothed.map((row) => row.subarray(index, index + 1)) },
  }));
  const hours = streams.reduce((sum, { durationMs }) => sum + durationMs, 0) / 3_600_000;
  const said = alone.reduce((sum, { truth }) => sum + truth.length, 0);
  return thresholds.map((threshold) => {
    let [hit, falseAccepts] = [0, 0];
    for (const { track, truth } of alone) {
      const detections = decide(track, { ...decision, thresholds: [threshold] }, [label]);
      for (const { word, again } of matchDetections({ truth, detections }))
        if (word && !again) hit++;
        else falseAccepts++;
    }
    return {
      threshold,
      missRate: said > 0 ? 1 - hit / said : 0,
      falseAcceptsPerHour: hours > 0 ? falseAccepts / hours : 0,
    };
  });
}

/**
 * Chooses a threshold for each word, so that together they make at most so many false accepts an hour on these streams,
 * and the word that is missed most is missed as little as can be.
 *
 * Every threshold begins at the top of its curve. Again and again the word that is missed most takes the next step down
 * its curve that misses less, if what it costs is left of the budget; ties go to the cheaper step. A threshold is thus
 * never lower than what it gains asks for: where a stream holds few false accepts, nothing tempts it downward. A word
 * that is never said in the streams keeps its threshold.
 *
 * @returns `[labels]`; labels that never fire keep theirs
 */
export function chooseThresholds(
  streams: readonly TrackedStream[],
  labels: readonly string[],
  decision: DecisionSettings,
  falseAcceptsPerHour: number,
): number[] {
  const said = new Set(streams.flatMap(({ truth }) => truth.map(({ label }) => label)));
  const choices = wordLabels(labels, decision)
    .filter((label) => said.has(label))
    .map((label) => new Choice(label, labelCurve(streams, label, labels, decision)));
  let left = falseAcceptsPerHour - choices.reduce((sum, { at }) => sum + at.falseAcceptsPerHour, 0);
  for (;;) {
    const [next] = choices
      .filter((choice) => choice.step !== undefined && choice.costOfStep <= Math.max(0, left))
      .sort((a, b) => b.at.missRate - a.at.missRate || a.costOfStep - b.costOfStep);
    if (!next) break;
    left -= next.costOfStep;
    next.take();
  }
  const chosen = new Map(choices.map(({ label, at }) => [label, at.threshold]));
  return labels.map((label, index) => {
    const own = decision.thresholds[index]!;
    return own < NEVER_FIRES ? (chosen.get(label) ?? own) : own;
  });
}

/** One label on its way down its curve. */
class Choice {
  readonly label: string;
  readonly #curve: readonly LabelCurvePoint[];
  #at: number;

  /** @param curve  lowest threshold first */
  constructor(label: string, curve: readonly LabelCurvePoint[]) {
    this.label = label;
    this.#curve = curve;
    this.#at = curve.length - 1;
  }

  get at(): LabelCurvePoint {
    return this.#curve[this.#at]!;
  }

  /** The nearest lower threshold that misses less; undefined where there is none. */
  get step(): number | undefined {
    for (let i = this.#at - 1; i >= 0; i--) if (this.#curve[i]!.missRate < this.at.missRate) return i;
    return undefined;
  }

  get costOfStep(): number {
    const step = this.step;
    return step === undefined ? Infinity : this.#curve[step]!.falseAcceptsPerHour - this.at.falseAcceptsPerHour;
  }

  take(): void {
    this.#at = this.step ?? this.#at;
  }
}
