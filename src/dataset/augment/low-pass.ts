import { HEED_SAMPLE_RATE_HZ } from '../../audio/sound.ts';

/**
 * Takes the treble away, in place: a Butterworth low-pass of second order, as a muffled microphone or a narrow codec
 * would.
 * @see Robert Bristow-Johnson, Audio EQ Cookbook, LPF with Q = 1/√2
 */
export function lowPass(samples: Float32Array, cutoffHz: number): void {
  const omega = (2 * Math.PI * cutoffHz) / HEED_SAMPLE_RATE_HZ;
  const cosine = Math.cos(omega);
  const alpha = Math.sin(omega) / Math.SQRT2;
  const b1 = (1 - cosine) / (1 + alpha);
  const a1 = (-2 * cosine) / (1 + alpha);
  const a2 = (1 - alpha) / (1 + alpha);
  let x1 = 0;
  let x2 = 0;
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    const y = b1 * (x / 2 + x1 + x2 / 2) - a1 * y1 - a2 * y2;
    x2 = x1;
    x1 = x;
    y2 = y1;
    y1 = y;
    samples[i] = y;
  }
}

/**
 * Tilts the spectrum, in place: y[n] = (x[n] + tilt·x[n−1]) / (1 + |tilt|). Above 0 darker, below 0 brighter; so
 * microphones differ.
 */
export function tiltSpectrum(samples: Float32Array, tilt: number): void {
  const scale = 1 / (1 + Math.abs(tilt));
  let previous = 0;
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i]!;
    samples[i] = scale * (x + tilt * previous);
    previous = x;
  }
}
