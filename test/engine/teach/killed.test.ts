import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createInProcessClient } from '../../../src/engine/in-process.ts';
import { createEngine } from '../../../src/engine/server.ts';
import { createRandom } from '../../../src/random.ts';
import { loadModel } from '../../../src/model/model-file.ts';
import { synthesise } from '../../sounds/synthesise.ts';
import { startEngine } from '../test-engine.ts';
import { addTakes } from './teach-sounds.ts';

const KILLS = Math.ceil(Number(process.env['HEED_KILLS'] ?? 12) / 4);
const KINDS = ['chirp', 'pulses', 'hum'] as const;
const TAKES_OF_KIND = 4;
/** A lesson takes a second or two, and its use and taking back a moment. */
const LONGEST_BUSY_MS = 3000;

/** Lets a child teach for a random moment, then kills it. */
async function teachUntilKilled(args: readonly string[], busyMs: number): Promise<void> {
  const program = fileURLToPath(new URL('busy-teacher.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  try {
    await Promise.race([once(child.stdout, 'data'), ended.then(() => Promise.reject(new Error('it ended by itself')))]);
    await wait(busyMs);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
}

describe('a Heed that is killed while it teaches, uses, takes back and renames', () => {
  it(
    `starts again with all takes, whole models and one that listens: ${KILLS} times`,
    async () => {
      const { client, engine, home, root } = await startEngine();
      for (const kind of KINDS) await addTakes(client, kind, TAKES_OF_KIND);
      await engine.close();
      const random = createRandom(21, 'kills of teaching');
      const shipped = join(root, 'shipped');
      for (let seed = 0; seed < KILLS; seed++) {
        await teachUntilKilled([home, shipped, String(seed)], random.between(0, LONGEST_BUSY_MS));

        const again = createEngine({ home, modelsFolder: shipped, cacheFolder: join(root, 'cache') });
        const studio = createInProcessClient(again);
        const { phase } = await studio.call('teach.status', {});
        expect(['none', 'interrupted', 'paused', 'done', 'failed']).toContain(phase);
        expect((await studio.call('takes.list', {})).takes.length).toBe(KINDS.length * TAKES_OF_KIND);
        const { models, inUse } = await studio.call('models.list', {});
        expect(models.map(({ id }) => id)).toContain(inUse);
        const sound = { samples: synthesise('chirp', 100), sampleRateHz: 16_000 };
        expect(models.find(({ id }) => id === inUse)!.labels).toContain(
          (await studio.call('recognizeSound', { sound })).label,
        );
        await again.close();

        const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
        for (const file of files.filter((name) => name.endsWith('.onnx'))) await loadModel(join(home, file));
      }
    },
    60_000 + 15_000 * KILLS,
  );
});
