import { createRandom } from '../../../src/random.ts';
import type { NewTake } from '../../../src/store/takes/take.ts';

/** A recording of a fifth of a second of noise, which depends on the seed. */
export function newTake(label: string, seed = 1): NewTake {
  const random = createRandom(seed);
  return {
    label,
    samples: Float32Array.from({ length: 3200 }, () => random.between(-0.5, 0.5)),
    source: 'recorded',
    recordedAt: 1000 * seed,
  };
}
