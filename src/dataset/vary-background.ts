import { rootMeanSquare } from '../audio/level.ts';
import { createRandom } from '../random.ts';
import { amplitudeRatio } from './augment/gain.ts';
import type { Background } from './background.ts';

/** The second of two recordings is louder or softer than the first by up to this. */
const LEVEL_DIFFERENCE_DB = 10;
const FULL_SCALE = 32_767;

/**
 * Makes three recordings of noise out of each: as it is, backwards, and together with another. A network that has heard a
 * hundred barks and cries knows those; what has their spectrum and another course in time makes it know their kind.
 *
 * @param seed  chooses who is heard with whom
 */
export function varyBackground({ recordings }: Background, seed: number): Background {
  const random = createRandom(seed, 'recordings of noise heard together');
  const others = recordings.filter((recording) => recording.length > 0);
  if (others.length === 0) return { recordings };
  return {
    recordings: recordings.flatMap((recording) => {
      const other = others[random.integer(others.length)]!;
      const levelDb = random.between(-LEVEL_DIFFERENCE_DB, LEVEL_DIFFERENCE_DB);
      return [recording, recording.slice().reverse(), together(recording, other, levelDb)];
    }),
  };
}

/** One recording over another, which is repeated where it is shorter, both as loud as told; softer together where they would clip. */
function together(recording: Int16Array, other: Int16Array, levelDb: number): Int16Array {
  const rms = rootMeanSquare(recording);
  const otherRms = rootMeanSquare(other);
  const gain = rms > 0 && otherRms > 0 ? (rms / otherRms) * amplitudeRatio(levelDb) : 1;
  const sum = Float32Array.from(recording, (sample, i) => sample + gain * other[i % other.length]!);
  const peak = sum.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), FULL_SCALE);
  return Int16Array.from(sum, (sample) => Math.round((sample * FULL_SCALE) / peak));
}
