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
 * and miss as little as can be, every word counting alike.
 *
 * Every threshold begins at the top of its curve. Again and again the word that gains most for what it costs goes down its
 * curve, to where that ratio is best, if the cost is left of the budget: the greedy way along the curves' convex hulls, by
 * which at each budget the last false accept buys about as much at every word. A threshold is never lower than what it
 * gains asks for: where a stream holds few false accepts, nothing tempts it downward. A word that is never said in the
 * streams keeps its threshold.
 *
 * @returns `[labels]`; labels that never fire keep theirs
 * @see Everett 1963, "Generalized Lagrange multiplier method for solving problems of optimum allocation of resources"
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
    const affordable = choices.flatMap((choice) => choice.steps(Math.max(0, left)));
    const best = affordable.reduce<Step | undefined>(
      (top, step) => (top && !isBetter(step, top) ? top : step),
      undefined,
    );
    if (!best) break;
    left -= best.cost;
    best.choice.take(best);
  }
  const chosen = new Map(choices.map(({ label, at }) => [label, at.threshold]));
  return labels.map((label, index) => {
    const own = decision.thresholds[index]!;
    return own < NEVER_FIRES ? (chosen.get(label) ?? own) : own;
  });
}

/** A way down from where a label stands on its curve. */
interface Step {
  readonly choice: Choice;
  /** Index of the point it leads to. */
  readonly to: number;
  /** False accepts an hour more, and misses less, 0…1. */
  readonly cost: number;
  readonly gain: number;
}

/** More gained for what it costs; of equals the shorter, so that nothing is given away. */
function isBetter(a: Step, b: Step): boolean {
  const ratio = ({ cost, gain }: Step): number => (cost > 0 ? gain / cost : Infinity);
  return ratio(a) > ratio(b) || (ratio(a) === ratio(b) && a.gain < b.gain);
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

  /** The steps that miss less and cost no more than this. */
  steps(budget: number): Step[] {
    const { missRate, falseAcceptsPerHour } = this.at;
    const steps: Step[] = [];
    for (let to = this.#at - 1; to >= 0; to--) {
      const gain = missRate - this.#curve[to]!.missRate;
      const cost = this.#curve[to]!.falseAcceptsPerHour - falseAcceptsPerHour;
      // Of thresholds that gain alike the highest will do.
      if (gain > (steps.at(-1)?.gain ?? 0) && cost <= budget) steps.push({ choice: this, to, cost, gain });
    }
    return steps;
  }

  take({ to }: Step): void {
    this.#at = to;
  }
}
