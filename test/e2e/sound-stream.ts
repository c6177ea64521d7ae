import { writeFile } from 'node:fs/promises';
import { resample } from '../../src/audio/resample.ts';
import { writeWav } from '../../src/audio/wav-write.ts';
import { createRandom } from '../../src/random.ts';

/** Chromium plays a capture file at this rate only as it should. */
const CAPTURE_RATE_HZ = 48_000;
const RATE_HZ = 16_000;
/** A capture file plays from when the microphone opens, but a session that hears it opens a little later. */
const LEAD_MS = 2000;
/** No file ends in a sound. */
const TAIL_MS = 500;

export interface PlacedClip {
  /** 16 kHz */
  readonly samples: Float32Array;
  /** Silence after it. */
  readonly gapMs: number;
}

/** What a microphone hears: the clips one after the other over a quiet background, `[samples]` at 16 kHz. */
export function composeStream(clips: readonly PlacedClip[], background = 0.001): Float32Array {
  const lengthOf = (ms: number): number => Math.round((ms / 1000) * RATE_HZ);
  const total = clips.reduce(
    (sum, clip) => sum + clip.samples.length + lengthOf(clip.gapMs),
    lengthOf(LEAD_MS + TAIL_MS),
  );
  const random = createRandom(1, 'stream background');
  const stream = Float32Array.from({ length: total }, () => background * random.normal());
  let start = lengthOf(LEAD_MS);
  for (const clip of clips) {
    for (let i = 0; i < clip.samples.length; i++) stream[start + i]! += clip.samples[i]!;
    start += clip.samples.length + lengthOf(clip.gapMs);
  }
  return stream;
}

/** How long a 16 kHz stream lasts. */
export const durationMs = (samples: Float32Array): number => (1000 * samples.length) / RATE_HZ;

/** Writes 16 kHz sound as a file that Chromium's fake microphone plays. */
export async function writeCaptureFile(file: string, samples: Float32Array): Promise<void> {
  await writeFile(file, writeWav(await resample({ samples, sampleRateHz: RATE_HZ }, CAPTURE_RATE_HZ)));
}
