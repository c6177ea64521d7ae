import { UNKNOWN_LABEL } from '../../src/model/model.ts';
import type { StateStatistics } from '../../src/model/state-statistics.ts';
import { createRandom } from '../../src/random.ts';

/** Statistics of random pooled states, for a model of so many units with the labels of `randomModel`. */
export function randomStates(size: number, seed = 1): StateStatistics {
  const random = createRandom(seed, 'states');
  const groups = ['yes', 'nö', 'cat', 'one'].map((name, i) => ({
    name,
    label: i < 2 ? name : UNKNOWN_LABEL,
    count: 9,
  }));
  return {
    groups,
    means: Float32Array.from({ length: groups.length * size }, () => random.normal()),
    covarianceFactor: Float32Array.from({ length: size * size }, (_, at) => {
      const [row, column] = [Math.floor(at / size), at % size];
      return column > row ? 0 : column === row ? 0.1 + random.next() : 0.1 * random.normal();
    }),
  };
}
