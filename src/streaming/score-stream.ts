import type { TruthWord } from './stream-truth.ts';

/** A word that was heard, as a live recogniser decided. */
export interface StreamDetection {
  /** When it was decided, since the stream began. */
  readonly timeMs: number;
  readonly label: string;
}

/** How the detections of one label compare with what was said. */
export interface LabelScore {
  /** How often it was said. */
  readonly n: number;
  readonly detected: number;
  /** Sayings answered by another label. */
  readonly wrong: number;
  /** Detections of this label that no saying of any of the model's words accounts for. */
  readonly falseAccepts: number;
}

/** How a listener did on a stream, or on several taken together. Rates run from 0 to 1; null where nothing was said. */
export interface StreamScore {
  readonly hours: number;
  /** Words said that the model can hear. */
  readonly words: number;
  /** Of these, the share that was answered by the right label. */
  readonly detectionRate: number | null;
  /** Of these, the share that was answered by a wrong label. */
  readonly wrongRate: number | null;
  /** Words said that the model cannot hear. */
  readonly otherWords: number;
  /** Of these, the share that was answered at all. */
  readonly otherWordsFired: number | null;
  /** Detections that belong to none of the model's words, per hour: those on other words and double fires are among them. */
  readonly falseAcceptsPerHour: number;
  /** Detections of a word that was answered already. */
  readonly doubleFires: number;
  /** From a word's loudest moment to its detection by the right label. */
  readonly medianLatencyMs: number | null;
  readonly p95LatencyMs: number | null;
  readonly perLabel: Readonly<Record<string, LabelScore>>;
}

/** A stream and what was heard in it. */
export interface HeardStream {
  readonly durationMs: number;
  readonly truth: readonly TruthWord[];
  /** In order of time. */
  readonly detections: readonly StreamDetection[];
}

/** A detection belongs to a word if it is decided this long before its loudest moment … */
export const EARLIEST_MS = -300;
/** … to this long after it. */
export const LATEST_MS = 1200;

/** The word that a detection answers, or answered already; undefined where there is none. */
export interface Match {
  readonly detection: StreamDetection;
  readonly word: TruthWord | undefined;
  /** The word was answered by an earlier detection. */
  readonly again: boolean;
}

/**
 * Which detection belongs to which word: one decided from 300 ms before a word's loudest moment to 1,200 ms after it is
 * its, once, whatever its label. Where a detection could belong to several words that have no answer yet, it is that of
 * the word it names, else of the nearest.
 */
export function matchDetections({ truth, detections }: Omit<HeardStream, 'durationMs'>): Match[] {
  const answered = new Set<TruthWord>();
  let first = 0;
  return detections.map((detection) => {
    while (first < truth.length && truth[first]!.timeMs + LATEST_MS < detection.timeMs) first++;
    const near: TruthWord[] = [];
    for (let i = first; i < truth.length && truth[i]!.timeMs + EARLIEST_MS <= detection.timeMs; i++)
      near.push(truth[i]!);
    const distance = ({ label, timeMs }: TruthWord): number =>
      Math.abs(detection.timeMs - timeMs) + (label === detection.label ? 0 : LATEST_MS - EARLIEST_MS);
    near.sort((a, b) => distance(a) - distance(b));
    const free = near.find((word) => !answered.has(word));
    if (free) answered.add(free);
    return { detection, word: free ?? near[0], again: free === undefined && near.length > 0 };
  });
}

/**
 * Compares what was heard with what was said.
 *
 * Words whose label is none of `labels` are *other words*: a detection that belongs to one counts in `otherWordsFired`
 * and as a false accept too, and they count in no other rate. Where nothing was said, every detection is a false accept.
 *
 * @param streams  taken together: rates are over all their words and hours
 * @param labels  the words that the model can hear
 */
export function scoreStreams(streams: readonly HeardStream[], labels: readonly string[]): StreamScore {
  const perLabel = new Map(labels.map((label) => [label, { n: 0, detected: 0, wrong: 0, falseAccepts: 0 }]));
  const latencies: number[] = [];
  let [hours, otherWords, otherWordsFired, doubleFires] = [0, 0, 0, 0];
  for (const stream of streams) {
    hours += stream.durationMs / 3_600_000;
    for (const { label } of stream.truth) {
      const known = perLabel.get(label);
      if (known) known.n++;
      else otherWords++;
    }
    for (const { detection, word, again } of matchDetections(stream)) {
      const of = word && perLabel.get(word.label);
      if (again) doubleFires++;
      if (word && !of && !again) otherWordsFired++;
      if (!of || again) perLabel.get(detection.label)!.falseAccepts++;
      else if (word.label === detection.label) {
        of.detected++;
        latencies.push(detection.timeMs - word.timeMs);
      } else of.wrong++;
    }
  }
  const sum = (field: keyof LabelScore): number => [...perLabel.values()].reduce((total, of) => total + of[field], 0);
  const words = sum('n');
  latencies.sort((a, b) => a - b);
  return {
    hours,
    words,
    detectionRate: words > 0 ? sum('detected') / words : null,
    wrongRate: words > 0 ? sum('wrong') / words : null,
    otherWords,
    otherWordsFired: otherWords > 0 ? otherWordsFired / otherWords : null,
    falseAcceptsPerHour: hours > 0 ? sum('falseAccepts') / hours : 0,
    doubleFires,
    medianLatencyMs: quantile(latencies, 0.5),
    p95LatencyMs: quantile(latencies, 0.95),
    perLabel: Object.fromEntries(perLabel),
  };
}

/** The smallest value that at least this share of the sorted values does not exceed; null where there is none. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
