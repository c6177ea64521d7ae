import { createRandom, type Random } from '../random.ts';
import { cutWindow } from './augment/cut-window.ts';

/** A recording gives its last tenth to validation if that tenth lasts at least two seconds. */
const MIN_SPLIT_SAMPLES = 20 * 16_000;

/** Samples over which energy is summed: 10 ms. */
const ENERGY_STEP = 160;
const energiesOf = new WeakMap<Int16Array, Float64Array>();

/** What is heard when nobody speaks: recordings of noise, 16 kHz and 16 bit; possibly none. */
export interface Background {
  readonly recordings: readonly Int16Array[];
}

/**
 * Sets the last tenth of every long recording aside, so that silence is not measured on the noise it was learnt from.
 * Where no recording is long enough, both parts are the whole.
 */
export function splitBackground({ recordings }: Background): { training: Background; validation: Background } {
  const cut = (recording: Int16Array): number =>
    recording.length < MIN_SPLIT_SAMPLES ? recording.length : Math.floor(recording.length * 0.9);
  const validation = recordings
    .map((recording) => recording.subarray(cut(recording)))
    .filter((part) => part.length > 0);
  return {
    training: { recordings: recordings.map((recording) => recording.subarray(0, cut(recording))) },
    validation: { recordings: validation.length > 0 ? validation : recordings },
  };
}

/** A stretch of background: of a recording from `position` on, or synthetic noise. */
export type BackgroundPlan =
  | { readonly kind: 'recording'; readonly recording: number; readonly position: number }
  | { readonly kind: 'noise'; readonly seed: number; readonly pole: number; readonly rms: number };

/**
 * Draws a stretch of background of `length` samples, every moment of all recordings being equally likely. Without
 * recordings it is synthetic noise with an RMS of 0.1.
 */
export function planBackground({ recordings }: Background, length: number, random: Random): BackgroundPlan {
  const total = recordings.reduce((sum, recording) => sum + recording.length, 0);
  if (total === 0) return planNoise(0.1, random);
  let position = random.integer(total);
  const recording = recordings.findIndex((candidate) => {
    if (position < candidate.length) return true;
    position -= candidate.length;
    return false;
  });
  // A stretch that would run over the end is moved forward, unless the recording is too short for any.
  const latest = Math.max(0, recordings[recording]!.length - length);
  return { kind: 'recording', recording, position: Math.min(position, latest) };
}

/**
 * Draws a stretch of background of `length` samples that holds something to hear: every recording being equally likely,
 * and in it every moment by its energy. A dog barks for a tenth of a second in five, and it is the bark that must be known.
 * @param background  with at least one recording
 */
export function planNoiseEvent({ recordings }: Background, length: number, random: Random): BackgroundPlan {
  const recording = random.integer(recordings.length);
  const samples = recordings[recording]!;
  const energies = cumulativeEnergies(samples);
  const drawn = random.next() * energies[energies.length - 1]!;
  const step = energies.findIndex((energy) => energy > drawn);
  const start = Math.max(0, step) * ENERGY_STEP - random.integer(length);
  return { kind: 'recording', recording, position: Math.max(0, Math.min(start, samples.length - length)) };
}

/** `[steps]`: the energy up to the end of each step; kept, since recordings are drawn from again and again. */
function cumulativeEnergies(samples: Int16Array): Float64Array {
  const known = energiesOf.get(samples);
  if (known) return known;
  const energies = new Float64Array(Math.ceil(samples.length / ENERGY_STEP));
  let sum = 0;
  for (const [i, sample] of samples.entries()) {
    sum += sample * sample;
    energies[Math.floor(i / ENERGY_STEP)] = sum;
  }
  energiesOf.set(samples, energies);
  return energies;
}

/** Draws noise of a random colour, from white to the deep hum of a fan (a one-pole low-pass), at this RMS. */
export function planNoise(rms: number, random: Random): BackgroundPlan {
  const pole = random.next() < 0.3 ? 0 : random.between(0.3, 0.98);
  return { kind: 'noise', seed: random.integer(2 ** 32), pole, rms };
}

/**
 * Fills `out` with a planned stretch of background; a recording shorter than `out` is repeated.
 * @param rate  at which a recording is played; other than at 1 it is heard twice at most
 */
export function renderBackground(plan: BackgroundPlan, { recordings }: Background, out: Float32Array, rate = 1): void {
  if (plan.kind === 'noise') {
    fillWithNoise(plan.seed, plan.pole, plan.rms, out);
    return;
  }
  const recording = recordings[plan.recording]!;
  if (rate !== 1) {
    cutWindow(recording, plan.position, rate, out, recording);
    return;
  }
  let at = plan.position;
  for (let i = 0; i < out.length; i++) {
    out[i] = recording[at]! / 32_768;
    at = at + 1 < recording.length ? at + 1 : 0;
  }
}

function fillWithNoise(seed: number, pole: number, rms: number, out: Float32Array): void {
  const random = createRandom(seed, 'noise');
  // White noise of variance v leaves the filter y = x + pole·y with variance v / (1 − pole²); uniform in ±a has a²/3.
  const amplitude = rms * Math.sqrt(3 * (1 - pole * pole));
  let y = 0;
  for (let i = 0; i < out.length; i++) {
    y = amplitude * (2 * random.next() - 1) + pole * y;
    out[i] = y;
  }
}
