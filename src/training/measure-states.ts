import { clipCut, clipSpliced, drawEvenly, MADE_SILENCE } from '../dataset/epoch-draw.ts';
import { SILENCE_LABEL } from '../model/model.ts';
import { choleskyFactor, type StateGroup, type StateStatistics } from '../model/state-statistics.ts';
import { createRandom } from '../random.ts';
import { statesOfExamples, type StateSource } from './states-of-examples.ts';
import type { TrainingSet } from './training-set.ts';

/** Clips whose states are one group. */
export interface GroupClips extends Omit<StateGroup, 'count'> {
  /** Entries of an epoch's draw: indices of clips, MADE_SILENCE, … */
  readonly clips: readonly number[];
}

export interface StateMeasurement extends StateSource {
  readonly groups: readonly GroupClips[];
  readonly seed: number;
}

/** Enough for a mean; the covariance has those of all groups. */
const EXAMPLES_PER_GROUP = 150;
/** Few clips, varied again and again, tell nothing new. */
const EXAMPLES_PER_CLIP = 4;
/** Windows of silence are made, and differ little in what the head sees. */
const EXAMPLES_OF_SILENCE = 40;
/** Names the examples; no epoch of a run has this number. */
const MEASURING_EPOCH = -1;
/** Of the mean variance: what is added to every variance, so that a direction nobody measured is not taken for certain. */
const RIDGE = 1e-3;

/** Words that are cut off, and those of two halves, as groups of `_unknown_`. */
const CUT_WORDS = '_cut_';
const SPLICED_WORDS = '_spliced_';
const LONGEST_NAME = 64;

/** The groups of a training run: each word by itself, those within `_unknown_` too; words cut off, and of two halves; silence. */
export function stateGroups({ plan, draws, files }: TrainingSet): GroupClips[] {
  return plan.labels.flatMap((label, index) => {
    const clips = [...new Set(draws[index]!.groups.flat())];
    const byName = new Map<string, number[]>();
    for (const clip of clips) {
      const name = nameOf(clip, files);
      const members = byName.get(name) ?? [];
      members.push(clip);
      byName.set(name, members);
    }
    return [...byName].map(([name, members]) => ({ name: name.slice(0, LONGEST_NAME), label, clips: members }));
  });
}

function nameOf(entry: number, files: TrainingSet['files']): string {
  if (entry >= 0) return files[entry]!.word;
  if (clipSpliced(entry) !== undefined) return SPLICED_WORDS;
  return clipCut(entry) === undefined ? SILENCE_LABEL : CUT_WORDS;
}

/** Measures the Gaussians of the pooled states over examples such as the network was trained on. */
export async function measureStates(measurement: StateMeasurement): Promise<StateStatistics> {
  const { network, groups, seed } = measurement;
  const size = network.shape.classCount;
  const random = createRandom(seed, 'examples whose states are measured');
  const drawn = groups.map(({ clips }) => drawEvenly([clips], exampleCount(clips), random));
  const entries = Int32Array.from(drawn.flat());
  const states = new Float32Array(entries.length * size);
  await statesOfExamples(measurement, entries, MEASURING_EPOCH, 'Measuring what is kept of each word', (batch, first) =>
    states.set(batch, first * size),
  );
  const groupOf = Int32Array.from(drawn.flatMap((examples, group) => examples.map(() => group)));
  return summarise(groups, groupOf, states, size);
}

/**
 * The mean of each group, and the covariance within groups. Silence is left out of the covariance: how noises differ
 * tells nothing of how voices do.
 *
 * @param groupOf `[examples]`
 * @param states `[examples, size]`
 */
function summarise(
  groups: readonly GroupClips[],
  groupOf: Int32Array,
  states: Float32Array,
  size: number,
): StateStatistics {
  const counts = groups.map((_, group) => groupOf.reduce((sum, each) => sum + (each === group ? 1 : 0), 0));
  const means = new Float64Array(groups.length * size);
  groupOf.forEach((group, i) => {
    for (let j = 0; j < size; j++) means[group * size + j]! += states[i * size + j]! / counts[group]!;
  });
  const covariance = new Float64Array(size * size);
  const centred = new Float64Array(size);
  let measured = 0;
  groupOf.forEach((group, i) => {
    if (groups[group]!.label === SILENCE_LABEL) return;
    measured++;
    for (let j = 0; j < size; j++) centred[j] = states[i * size + j]! - means[group * size + j]!;
    for (let row = 0; row < size; row++)
      for (let column = 0; column <= row; column++)
        covariance[row * size + column]! += centred[row]! * centred[column]!;
  });
  let meanVariance = 0;
  for (let j = 0; j < size; j++) meanVariance += covariance[j * size + j]! / Math.max(1, measured) / size;
  const floor = Math.max(1e-8, RIDGE * meanVariance);
  for (let i = 0; i < covariance.length; i++) covariance[i]! /= Math.max(1, measured);
  for (let j = 0; j < size; j++) covariance[j * size + j]! += floor;
  return {
    groups: groups.map(({ name, label }, group) => ({ name, label, count: counts[group]! })),
    means: Float32Array.from(means),
    covarianceFactor: Float32Array.from(choleskyFactor(covariance, size, floor)),
  };
}

function exampleCount(clips: readonly number[]): number {
  if (clips.includes(MADE_SILENCE)) return EXAMPLES_OF_SILENCE;
  return Math.min(EXAMPLES_PER_GROUP, EXAMPLES_PER_CLIP * clips.length);
}
