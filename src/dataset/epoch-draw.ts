import { createRandom, type Random } from '../random.ts';

/** Stands for a window of silence that is made when it is needed, where otherwise a clip's index stands. */
export const MADE_SILENCE = -1;

/** Stands for a window in which the word of a clip is cut off: what a listener hears just before, and just after, a word. */
export function cutOf(clip: number): number {
  return -2 - clip;
}

/** The clip that `cutOf` was given; undefined where the entry is no cut clip. */
export function clipCut(entry: number): number | undefined {
  return entry <= -2 && entry > FIRST_SPLICE ? -2 - entry : undefined;
}

/** Beyond the entries that `cutOf` makes. */
const FIRST_SPLICE = -(2 ** 30);

/** Stands for half a word of a clip with half of another before or behind it: no word, but one that sounds much like one. */
export function spliceOf(clip: number): number {
  return FIRST_SPLICE - clip;
}

/** The clip that `spliceOf` was given; undefined where the entry is no splice. */
export function clipSpliced(entry: number): number | undefined {
  return entry <= FIRST_SPLICE ? FIRST_SPLICE - entry : undefined;
}

/** The clips of one label in groups that are drawn evenly: a word is one group, `_unknown_` has one for each word in it. */
export interface LabelClips {
  /** Indices of clips (or MADE_SILENCE, `cutOf` or `spliceOf` a clip); no group is empty. */
  readonly groups: readonly (readonly number[])[];
  /** Examples of this label in an epoch. */
  readonly count: number;
}

/** One epoch: which clips, as which class, in which order. */
export interface EpochDraw {
  /** `[examples]`, entries of the groups */
  readonly clips: Int32Array;
  /** `[examples]`, index into the labels */
  readonly classes: Int32Array;
}

/**
 * Draws an epoch in which every label comes as often as it should, however many clips it has. A clip is drawn again only
 * once all clips of its group were drawn.
 *
 * @param labels  `[classes]`
 */
export function drawEpoch(labels: readonly LabelClips[], seed: number, epoch: number): EpochDraw {
  const random = createRandom(seed, `draw of epoch ${epoch}`);
  const examples = labels.flatMap((label, classIndex) =>
    drawEvenly(label.groups, label.count, random).map((clip) => ({ clip, classIndex })),
  );
  random.shuffle(examples);
  return {
    clips: Int32Array.from(examples, (example) => example.clip),
    classes: Int32Array.from(examples, (example) => example.classIndex),
  };
}

/** Draws `count` members with as many from each group, give or take one. */
export function drawEvenly(groups: readonly (readonly number[])[], count: number, random: Random): number[] {
  const order = [...groups];
  random.shuffle(order);
  const extra = count % order.length;
  return order.flatMap((group, i) => drawFrom(group, Math.floor(count / order.length) + (i < extra ? 1 : 0), random));
}

/** At most `count` members, none of them twice, as evenly from the groups as their sizes allow. */
export function takeEvenly<Item>(groups: readonly (readonly Item[])[], count: number, random: Random): Item[] {
  const rest = groups.map((group) => [...group]);
  for (const group of rest) random.shuffle(group);
  random.shuffle(rest);
  const taken: Item[] = [];
  for (let round = 0; taken.length < count && rest.some((group) => round < group.length); round++)
    for (const group of rest) if (round < group.length && taken.length < count) taken.push(group[round]!);
  return taken;
}

function drawFrom(group: readonly number[], count: number, random: Random): number[] {
  const drawn: number[] = [];
  while (drawn.length < count) {
    const round = [...group];
    random.shuffle(round);
    drawn.push(...round.slice(0, count - drawn.length));
  }
  return drawn;
}
