import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWav } from '../../src/audio/wav-write.ts';
import { createInProcessClient } from '../../src/engine/in-process.ts';
import { createEngine } from '../../src/engine/server.ts';
import { createRandom } from '../../src/random.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';

/** The kinds of sound that the model knows. */
export const KINDS: readonly SoundKind[] = ['chirp', 'pulses', 'hum'];
/** The model's id in the settings. */
export const SOUNDS_MODEL_ID = 'sounds';

const CLIPS_PER_KIND = 80;

/**
 * Trains a small model on three kinds of synthesised sound, and puts it to use in the given HEED_HOME. What it must not
 * mistake for them is there too: chirps played backwards, sounds of which the window holds only a piece, and a quiet
 * room as microphones give it.
 */
export async function trainSoundsModel(home: string): Promise<void> {
  const clips = join(home, 'clips');
  for (const kind of KINDS) {
    for (let seed = 0; seed < CLIPS_PER_KIND; seed++) {
      const samples = synthesise(kind, seed);
      await writeClip(clips, kind, seed, samples);
      await writeClip(clips, 'pieces', CLIPS_PER_KIND * KINDS.indexOf(kind) + seed, pieceOf(samples, seed));
    }
  }
  for (let seed = 0; seed < CLIPS_PER_KIND; seed++) {
    await writeClip(clips, 'backwards', seed, synthesise('chirp', 1000 + seed).reverse());
    await writeClip(clips, 'quiet', seed, quietRoom(seed));
  }

  await mkdir(join(home, 'models'), { recursive: true });
  const engine = createInProcessClient(
    createEngine({ home, modelsFolder: join(home, 'shipped'), cacheFolder: join(home, 'cache') }),
  );
  await engine.call('train', {
    folders: [clips],
    out: join(home, 'models', `${SOUNDS_MODEL_ID}.onnx`),
    labels: [...KINDS],
    hidden: 32,
    epochs: 48,
    batch: 16,
  });
  engine.close();
  // So small a model is sure of little; here it finds what is played, and nothing else, with a threshold from 0.3 to 0.8.
  const thresholds = Object.fromEntries(KINDS.map((kind) => [kind, 0.55]));
  const settings = { modelId: SOUNDS_MODEL_ID, thresholds: { [SOUNDS_MODEL_ID]: thresholds } };
  await writeFile(join(home, 'settings.json'), JSON.stringify(settings));
  await rm(clips, { recursive: true });
}

async function writeClip(folder: string, label: string, index: number, samples: Float32Array): Promise<void> {
  await mkdir(join(folder, label), { recursive: true });
  const name = `speaker${index % 20}_nohash_${Math.floor(index / 20)}.wav`;
  await writeFile(join(folder, label, name), writeWav({ samples, sampleRateHz: 16_000 }));
}

/** What a window holds while it slides onto a sound or off it: a tenth of a second or so, at one of its ends. */
function pieceOf(samples: Float32Array, seed: number): Float32Array {
  const random = createRandom(seed, 'piece');
  const first = samples.findIndex((sample) => Math.abs(sample) > 0.05);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > 0.05);
  const length = Math.round(random.between(0.06, 0.15) * 16_000);
  const piece = new Float32Array(samples.length);
  if (seed % 2 === 0) piece.set(samples.subarray(first, first + length), piece.length - length);
  else piece.set(samples.subarray(last - length, last));
  const noise = random.between(0.0005, 0.004);
  for (let i = 0; i < piece.length; i++) piece[i]! += noise * random.normal();
  return piece;
}

/** Noise without its highest tones, of which devices and resamplers leave more or less; it may begin or end in nothing. */
function quietRoom(seed: number): Float32Array {
  const random = createRandom(seed, 'quiet room');
  const level = 10 ** random.between(-4, -2.4);
  const share = random.between(0.3, 1);
  const border = Math.round(random.between(-0.5, 1.5) * 16_000);
  let smooth = 0;
  return Float32Array.from({ length: 16_000 }, (_, i) => {
    smooth += share * (level * random.normal() - smooth);
    return i < border === (seed % 2 === 0) ? smooth : 0;
  });
}
