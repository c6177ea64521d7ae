import { createRandom, type Random } from '../../src/random.ts';

/** Kinds of sound that a test can train on without any recording. */
export type SoundKind = 'chirp' | 'pulses' | 'hum';

const SAMPLE_RATE_HZ = 16_000;
const TAU = 2 * Math.PI;

/**
 * One second at 16 kHz, `[16000]`, of a kind of sound; each seed varies its moment, pitch, length and loudness, and a
 * little noise lies under all of it. The kinds differ as words do: in how their spectrum moves.
 *
 * - `chirp`: a tone that rises over an octave or more, once;
 * - `pulses`: four to six short bursts of noise;
 * - `hum`: a low steady tone with its harmonics.
 */
export function synthesise(kind: SoundKind, seed: number): Float32Array {
  const random = createRandom(seed, `synthesise ${kind}`);
  const samples = new Float32Array(SAMPLE_RATE_HZ);
  const durationMs = random.between(500, 700);
  const start = Math.round((random.between(50, 950 - durationMs) / 1000) * SAMPLE_RATE_HZ);
  const length = Math.round((durationMs / 1000) * SAMPLE_RATE_HZ);
  const wave = { chirp, pulses, hum }[kind](length, random);
  const amplitude = random.between(0.15, 0.6);
  for (let i = 0; i < length; i++) samples[start + i]! += amplitude * fade(i, length) * wave[i]!;
  const noise = random.between(0.0005, 0.004);
  for (let i = 0; i < samples.length; i++) samples[i]! += noise * random.normal();
  return samples;
}

function chirp(length: number, random: Random): Float32Array {
  const fromHz = random.between(350, 600);
  const octaves = random.between(1.2, 2);
  let phase = random.between(0, TAU);
  return Float32Array.from({ length }, (_, i) => {
    phase += (TAU * fromHz * 2 ** ((octaves * i) / length)) / SAMPLE_RATE_HZ;
    return Math.sin(phase);
  });
}

function pulses(length: number, random: Random): Float32Array {
  const count = 4 + random.integer(3);
  const duty = random.between(0.25, 0.45);
  return Float32Array.from({ length }, (_, i) => {
    const within = ((i * count) / length) % 1;
    return within < duty ? Math.sin((Math.PI * within) / duty) * random.between(-1, 1) : 0;
  });
}

function hum(length: number, random: Random): Float32Array {
  const pitchHz = random.between(110, 170);
  const phase = random.between(0, TAU);
  return Float32Array.from({ length }, (_, i) => {
    const turn = phase + (TAU * pitchHz * i) / SAMPLE_RATE_HZ;
    return 0.6 * Math.sin(turn) + 0.3 * Math.sin(2 * turn) + 0.15 * Math.sin(3 * turn);
  });
}

/** Rises and falls over 20 ms, so that a sound has no click at its ends. */
function fade(index: number, length: number): number {
  const edge = 0.02 * SAMPLE_RATE_HZ;
  return Math.min(1, index / edge, (length - index) / edge);
}
