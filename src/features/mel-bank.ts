import type { FeatureSettings } from './settings.ts';

/** Frequency in Hz to mel, by Meyda's constants. */
function melOf(frequencyHz: number): number {
  return 1125 * Math.log(1 + frequencyHz / 700);
}

/** Mel to frequency in Hz. */
function frequencyHzOf(mel: number): number {
  return 700 * (Math.exp(mel / 1125) - 1);
}

/**
 * The FFT bins between which the triangular bands lie: band j rises from edge j to edge j + 1 and falls to edge j + 2.
 * `melBands + 2` edges evenly spaced in mel from 0 Hz to Nyquist, each at bin floor((N + 1)·f / rate).
 *
 * Mel and frequency are rounded to float32 on the way, as in Meyda: an edge close to a whole bin would otherwise fall
 * on its other side.
 */
export function melBandEdges(settings: FeatureSettings): Int32Array {
  const { sampleRateHz, frameLength, melBands } = settings;
  const step = melOf(sampleRateHz / 2) / (melBands + 1);
  return Int32Array.from({ length: melBands + 2 }, (_, i) => {
    const frequencyHz = Math.fround(frequencyHzOf(Math.fround(i * step)));
    return Math.floor(((frameLength + 1) * frequencyHz) / sampleRateHz);
  });
}

/**
 * A function that turns a power spectrum into the logarithms of its mel bands,
 *
 *     logMel[j] = ln(1 + Σ_i w_j[i]·power[i])
 *
 * with triangles w_j of height 1, not normalised by area. Only the bins inside a triangle are visited. Where edges
 * fall on the same bin (many bands, short frames) a band may be empty: its value is 0.
 *
 * Products, sums and logarithms are rounded to float32, as in Meyda.
 *
 * @returns `(power, logMel)`: power `[N/2]`, logMel `[melBands]`
 */
export function createMelBank(settings: FeatureSettings): (power: Float64Array, logMel: Float64Array) => void {
  const { melBands } = settings;
  const edges = melBandEdges(settings);
  const weights: number[] = [];
  const weightStart = new Int32Array(melBands);
  for (let band = 0; band < melBands; band++) {
    const [low, centre, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    weightStart[band] = weights.length;
    for (let bin = low; bin < high; bin++)
      weights.push(bin < centre ? (bin - low) / (centre - low) : (high - bin) / (high - centre));
  }
  const weight = Float64Array.from(weights);

  return (power, logMel) => {
    for (let band = 0; band < melBands; band++) {
      const high = edges[band + 2]!;
      let sum = 0;
      for (let bin = edges[band]!, w = weightStart[band]!; bin < high; bin++, w++)
        sum = Math.fround(sum + Math.fround(weight[w]! * power[bin]!));
      logMel[band] = Math.fround(Math.log(sum + 1));
    }
  };
}
