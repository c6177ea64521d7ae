import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createInProcessClient } from '../../src/engine/in-process.ts';
import { createEngine } from '../../src/engine/server.ts';
import { synthesise, type SoundKind } from '../sounds/synthesise.ts';

/** Words that no model knows yet, and the sound that stands for each. */
export const TAUGHT: Readonly<Record<string, SoundKind>> = { 'lamp on': 'chirp', 'lamp off': 'pulses', music: 'hum' };

/** Records takes of the words into a HEED_HOME, as the Words screen would. */
export async function recordTakes(home: string, takesPerWord: number): Promise<void> {
  const modelsFolder = fileURLToPath(new URL('../../models', import.meta.url));
  const engine = createEngine({ home, modelsFolder, cacheFolder: join(home, 'cache') });
  const client = createInProcessClient(engine);
  for (const [label, kind] of Object.entries(TAUGHT))
    for (let seed = 0; seed < takesPerWord; seed++) {
      const sound = { samples: synthesise(kind, seed), sampleRateHz: 16_000 };
      await client.call('takes.add', { label, sound });
    }
  await engine.close();
}
