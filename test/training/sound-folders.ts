import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { DEFAULT_AUGMENT_SETTINGS } from '../../src/dataset/augment/augment.ts';
import type { TrainRunSettings } from '../../src/training/settings.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';

export const KINDS: readonly SoundKind[] = ['chirp', 'pulses', 'hum'];

/** An empty folder that goes when the test does (or with `keep`, when the caller removes it). */
export async function temporaryFolder(keep = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'heed-training-'));
  if (!keep) onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function wavOf(kind: SoundKind, seed: number): Uint8Array {
  return writeWav({ samples: synthesise(kind, seed), sampleRateHz: 16_000 }, { bitsPerSample: 16 });
}

/** Writes `count` clips of a kind into `<folder>/<label>/`, each of another speaker. */
export async function addClips(
  folder: string,
  kind: SoundKind,
  count: number,
  { firstSeed = 0, label = kind as string } = {},
): Promise<void> {
  await mkdir(join(folder, label), { recursive: true });
  for (let seed = firstSeed; seed < firstSeed + count; seed++)
    await writeFile(join(folder, label, `s${seed}_nohash_0.wav`), wavOf(kind, seed));
}

/** `<root>/train` and `<root>/validation` with clips of all kinds. */
export async function addCorpus(root: string, trainCount: number, validationCount: number): Promise<void> {
  for (const kind of KINDS) {
    await addClips(join(root, 'train'), kind, trainCount);
    await addClips(join(root, 'validation'), kind, validationCount, { firstSeed: 1000 });
  }
}

/** A run small enough for a test. */
export function tinyRun(root: string, changes: Partial<TrainRunSettings> = {}): TrainRunSettings {
  return {
    folders: [join(root, 'train')],
    validation: join(root, 'validation'),
    out: join(root, 'tiny.onnx'),
    ...{ hidden: 16, layers: 1, epochs: 12, batch: 16, seed: 3, resume: false },
    heedVersion: '0.0.0',
    command: `heed train ${join(root, 'train')} --out ${join(root, 'tiny.onnx')}`,
    cacheFolder: join(root, 'cache'),
    // So small a network, in so short a training, learns chirps and hums only where they are most of what it hears.
    tuning: { augment: DEFAULT_AUGMENT_SETTINGS, spliceWords: false, silenceWeight: 1 },
    ...changes,
  };
}

export const NEVER = { aborted: false };
