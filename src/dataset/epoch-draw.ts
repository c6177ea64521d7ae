import { createRandom, type Random } from '../random.ts';

/** Stands for a window of silence that is made when it is needed, where otherwise a clip's index stands. */
export const MADE_SILENCE = -1;

/** The clips of one label in groups that are drawn evenly: a word is one group, `_unknown_` has one for each word in it. */
export interface LabelClips {
  /** Indices of clips (or MADE_SILENCE); no group is empty. */
  readonly groups: readonly (readonly number[])[];
}

/** One epoch: which clips, as which class, in which order. */
export interface EpochDraw {
  /** `[examples]` */
  readonly clips: Int32Array;
  /** `[examples]`, index into the labels */
  readonly classes: Int32Array;
}

/**
 * Draws an epoch in which every label comes equally often, however many clips it has. A clip is drawn again only once
 * all clips of its group were drawn.
 *
 * @param labels  `[classes]`
 * @param perLabel  examples of each label
 */
export function drawEpoch(labels: readonly LabelClips[], perLabel: number, seed: number, epoch: number): EpochDraw {
  const random = createRandom(seed, `draw of epoch ${epoch}`);
  const examples = labels.flatMap((label, classIndex) =>
    drawEvenly(label.groups, perLabel, random).map((clip) => ({ clip, classIndex })),
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
