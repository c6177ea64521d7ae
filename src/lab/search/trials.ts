import { createHash } from 'node:crypto';
import { HeedError } from '../../errors.ts';
import { createRandom } from '../../random.ts';
import { isPossible, type TrialValues } from './parameters.ts';
import { drawValues, gridValues, type SearchSpace } from './space.ts';

export type SearchMethod = 'grid' | 'one-at-a-time' | 'random' | 'halving';

/** One training run of a search. */
export interface Trial {
  /** Names the run by all that decides on it: the same values, epochs and seed have the same id. */
  readonly id: string;
  readonly values: TrialValues;
  readonly epochs: number;
  readonly seed: number;
}

/** How a trial ended. */
export type TrialOutcome =
  | {
      readonly status: 'finished';
      /** On the validation clips, 0 to 1; of the best epoch. */
      readonly accuracy: number;
      readonly loss: number;
      readonly bestEpoch: number;
      /** Of the model file. */
      readonly bytes: number;
      readonly durationMs: number;
    }
  /** It came to no number; the message says where. */
  | { readonly status: 'diverged'; readonly message: string; readonly durationMs: number }
  /** Its process ended without a word; it is tried again when the search goes on another time. */
  | { readonly status: 'failed'; readonly message: string; readonly durationMs: number };

/** A trial and how it ended. */
export interface TrialRecord extends Trial {
  readonly outcome: TrialOutcome;
}

/** One round of a search: so many trials, of so many epochs each. */
export interface Rung {
  readonly count: number;
  readonly epochs: number;
}

/** A grid beyond this is a mistake. */
const MOST_TRIALS = 100_000;
/** Draws for one trial until the space is taken to hold nothing new. */
const MOST_DRAWS = 1000;

export function trialOf(values: TrialValues, epochs: number, seed: number): Trial {
  const names = Object.keys(values).sort();
  const canonical = JSON.stringify([names.map((name) => [name, values[name]]), epochs, seed]);
  return { id: createHash('sha256').update(canonical).digest('hex').slice(0, 16), values, epochs, seed };
}

/**
 * Every combination of the dimensions' grid values that is possible; the last dimension varies fastest.
 * @throws {HeedError} usage where there are too many, or none
 */
export function gridTrials(space: SearchSpace): TrialValues[] {
  const size = space.reduce((product, dimension) => product * gridValues(dimension).length, 1);
  if (size > MOST_TRIALS)
    throw new HeedError(
      'usage',
      `This grid has ${size.toLocaleString('en')} points; ${MOST_TRIALS.toLocaleString('en')} are the most. Vary less, or search at random.`,
    );
  let combinations: TrialValues[] = [{}];
  for (const dimension of space)
    combinations = combinations.flatMap((before) =>
      gridValues(dimension).map((value) => ({ ...before, [dimension.name]: value })),
    );
  return refuseNone(combinations.filter(isPossible));
}

/**
 * The first value of every dimension together, then each of the other values in the place of its first, one at a time
 * (an ablation): what each brings, at the cost of a sum instead of a product.
 * @throws {HeedError} usage where none is possible
 */
export function oneAtATimeTrials(space: SearchSpace): TrialValues[] {
  const grids = space.map((dimension) => ({ name: dimension.name, values: gridValues(dimension) }));
  const base = Object.fromEntries(grids.map(({ name, values }) => [name, values[0]!]));
  const changed = grids.flatMap(({ name, values }) => values.slice(1).map((value) => ({ ...base, [name]: value })));
  return refuseNone([base, ...changed].filter(isPossible));
}

/**
 * So many different trials at random, or all there are where the space holds fewer. The trial at an index is the same for
 * any count.
 * @throws {HeedError} usage where no combination is possible
 */
export function randomTrials(space: SearchSpace, count: number, seed: number): TrialValues[] {
  const drawn: TrialValues[] = [];
  const seen = new Set<string>();
  const random = createRandom(seed, 'search');
  for (let misses = 0; drawn.length < count && misses < MOST_DRAWS;) {
    const values = drawValues(space, random);
    const key = JSON.stringify(values);
    if (seen.has(key) || !isPossible(values)) {
      misses++;
      continue;
    }
    misses = 0;
    seen.add(key);
    drawn.push(values);
  }
  return refuseNone(drawn);
}

/**
 * The rounds of successive halving (Jamieson & Talwalkar 2016, algorithm 1): all trials for few epochs, the best
 * 1/`factor` of them for `factor` times as many, and so on to `epochs`. Each round trains anew, with a learning-rate
 * schedule of its own length: the start of a long schedule says little about its end.
 * @param least  the fewest epochs of a round
 */
export function halvingRungs(count: number, epochs: number, factor: number, least: number): Rung[] {
  // The tolerance is for quotients such as log(243) / log(3) = 4.999….
  const byEpochs = Math.floor(Math.log(epochs / Math.min(least, epochs)) / Math.log(factor) + 1e-9);
  const byCount = Math.floor(Math.log(count) / Math.log(factor) + 1e-9);
  const rounds = Math.min(byEpochs, byCount);
  return Array.from({ length: rounds + 1 }, (_, round) => ({
    count: Math.floor(count / factor ** round),
    epochs: Math.max(1, Math.round(epochs / factor ** (rounds - round))),
  }));
}

/** Best first: more right, then the smaller loss, then as they came; what did not finish comes last. */
export function ranked<Item extends { readonly outcome: TrialOutcome }>(records: readonly Item[]): Item[] {
  return [...records].sort((a, b) => {
    const [one, other] = [a.outcome, b.outcome];
    if (one.status !== 'finished' || other.status !== 'finished')
      return Number(other.status === 'finished') - Number(one.status === 'finished');
    return other.accuracy - one.accuracy || one.loss - other.loss;
  });
}

/** The best of the trials that finished. */
export function bestOf(records: readonly TrialRecord[]): TrialRecord | undefined {
  const [best] = ranked(records);
  return best?.outcome.status === 'finished' ? best : undefined;
}

function refuseNone(trials: TrialValues[]): TrialValues[] {
  if (trials.length === 0)
    throw new HeedError(
      'usage',
      'This search space holds no possible combination: it asks for more coefficients than mel bands, or for hops longer than a frame.',
    );
  return trials;
}
