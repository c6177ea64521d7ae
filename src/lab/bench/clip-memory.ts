import { freemem } from 'node:os';
import { DEFAULT_AUGMENT_SETTINGS } from '../../dataset/augment/augment.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../features/settings.ts';
import type { Compute } from '../../training/compute.ts';
import { planSource } from './end-to-end.ts';

/** What clips take in memory while they are trained on. */
export interface ClipMemory {
  readonly clipCount: number;
  /** The sounds themselves, 16 bit. */
  readonly soundMebibytes: number;
  /** The most that the whole process held so far; null where this machine has not the memory to try. */
  readonly peakMebibytes: number | null;
}

const MEBIBYTE = 1024 * 1024;
const CLIP_BYTES = 2 * 16_000;
/** The clips, which are held once, and room for the rest of the program. */
const ROOM = 1.5;

/**
 * Holds ever more clips of a second, as `heed train` does, and says how much memory the process came to. Counts must rise:
 * a peak is never forgotten.
 */
export async function measureClipMemory(counts: readonly number[], compute: Compute): Promise<ClipMemory[]> {
  const measured: ClipMemory[] = [];
  for (const clipCount of counts) {
    const bytes = clipCount * CLIP_BYTES;
    const enough = ROOM * bytes < freemem();
    if (enough) await holdClips(clipCount, compute);
    measured.push({
      clipCount,
      soundMebibytes: bytes / MEBIBYTE,
      peakMebibytes: enough ? (process.resourceUsage().maxRSS * 1024) / MEBIBYTE : null,
    });
  }
  return measured;
}

async function holdClips(clipCount: number, compute: Compute): Promise<void> {
  const settings = DEFAULT_FEATURE_SETTINGS;
  const maker = compute.createExampleMaker(planSource(clipCount, { augment: DEFAULT_AUGMENT_SETTINGS }), settings);
  const clips = Int32Array.of(0, clipCount - 1);
  await maker.make(clips, 1, 0, new Float32Array(clips.length * settings.windowFrames * settings.coefficients));
}
