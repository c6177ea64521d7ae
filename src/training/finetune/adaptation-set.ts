import type { Background } from '../../dataset/background.ts';
import type { Clip } from '../../dataset/clip.ts';
import { createRandom } from '../../random.ts';

/** A recording and what is said in it. */
export interface Take {
  readonly clip: Clip;
  readonly label: string;
}

/** What a model is adapted to, in memory. */
export interface AdaptationSet {
  readonly takes: readonly Take[];
  /** Takes to measure on. Where there are none, some of `takes` are held out. */
  readonly validation: readonly Take[];
  readonly background: Background;
}

/** From so many takes of a label on, some are held out. */
const FEWEST_TO_HOLD_OUT = 3;
const HELD_OUT_SHARE = 0.2;

/** The takes by their use. */
export interface TakeSplit {
  readonly training: readonly Take[];
  readonly heldOut: readonly Take[];
  /** Takes of labels that have too few to hold any out: variations of them are measured on, for want of others. */
  readonly fewTakes: readonly Take[];
}

/** Splits off a fifth of each label's takes, at least one, to measure on. */
export function splitTakes({ takes, validation }: AdaptationSet, seed: number): TakeSplit {
  if (validation.length > 0) return { training: takes, heldOut: validation, fewTakes: [] };
  const heldOut = new Set<Take>();
  const fewTakes: Take[] = [];
  for (const label of new Set(takes.map((take) => take.label))) {
    const own = takes.filter((take) => take.label === label);
    createRandom(seed, `takes of ${label} to hold out`).shuffle(own);
    if (own.length < FEWEST_TO_HOLD_OUT) fewTakes.push(...own);
    else for (const take of own.slice(0, Math.max(1, Math.floor(HELD_OUT_SHARE * own.length)))) heldOut.add(take);
  }
  return { training: takes.filter((take) => !heldOut.has(take)), heldOut: [...heldOut], fewTakes };
}

/** The labels of the adapted model: the old ones in their places, then the new ones in alphabetical order. */
export function extendLabels(old: readonly string[], takes: readonly Take[]): string[] {
  const added = new Set(takes.map(({ label }) => label).filter((label) => !old.includes(label)));
  return [...old, ...[...added].sort()];
}
