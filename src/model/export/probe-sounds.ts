import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';
import { createRandom } from '../../random.ts';

/**
 * Sounds to try an export on: a few tones that glide as voices do, in bursts, over noise, from quiet to full scale; every
 * eighth is silence. The same seed gives the same sounds.
 * @param lengths  samples of each sound, at 16 kHz
 */
export function probeSounds(lengths: readonly number[], seed: number): Float32Array[] {
  return lengths.map((length, index) =>
    index % 8 === 7 ? new Float32Array(length) : probeSound(length, seed + index),
  );
}

function probeSound(length: number, seed: number): Float32Array {
  const random = createRandom(seed, 'probe sound');
  const peak = 10 ** random.between(-2, 0);
  const noise = peak * 10 ** random.between(-3, -0.5);
  const burstsPerSecond = random.between(1, 6);
  const tones = Array.from({ length: 3 }, (_, i) => ({
    frequencyHz: random.between(100, 900) * (i + 1),
    octavesPerSecond: random.between(-1, 1),
    share: random.between(0.1, 0.5) / (i + 1),
    phase: random.between(0, 2 * Math.PI),
  }));
  return Float32Array.from({ length }, (_, i) => {
    const seconds = i / HEED_SAMPLE_RATE_HZ;
    const loudness = Math.max(0, Math.sin(Math.PI * burstsPerSecond * seconds));
    let value = 0;
    for (const tone of tones) {
      // Tones turn round at one octave, so that none leaves the band.
      const frequencyHz = tone.frequencyHz * 2 ** (tone.octavesPerSecond * Math.sin(seconds));
      tone.phase += (2 * Math.PI * frequencyHz) / HEED_SAMPLE_RATE_HZ;
      value += tone.share * Math.sin(tone.phase);
    }
    const heard = peak * loudness * value + noise * random.between(-1, 1);
    // As sixteen bits keep it.
    return Math.max(-1, Math.min(1, Math.round(heard * 32_768) / 32_768));
  });
}
