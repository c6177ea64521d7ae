import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { describe, expect, it } from 'vitest';
import { readWav } from '../../../src/audio/wav-read.ts';
import { createRandom, type Random } from '../../../src/random.ts';
import { TakesStore } from '../../../src/store/takes/takes-store.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { bytesOf, takeFiles } from './open-store.ts';

/** CI sets it to 200. */
const KILLS = Number(process.env['HEED_KILLS'] ?? 12);

/** The child in one file of JavaScript, which starts in a tenth of the time that its sources would take. */
async function bundledChild(): Promise<string> {
  const outDir = await temporaryFolder();
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('busy-child.ts', import.meta.url)),
      outDir,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  });
  return join(outDir, 'child.mjs');
}

/** Lets a child be busy for a random moment, kills it, and returns the ids of the takes that it had finished. */
async function killedChild(program: string, home: string, seed: number, random: Random): Promise<string[]> {
  const child = spawn(process.execPath, [program, home, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  const kept: string[] = [];
  const ready = new Promise<void>((resolve, reject) => {
    child.once('close', () => reject(new Error('the child ended by itself')));
    createInterface(child.stdout).on('line', (text) => {
      const line = JSON.parse(text) as { ready?: true; kept?: string[]; message?: string };
      if (line.ready) resolve();
      if (line.message) reject(new Error(line.message));
      kept.push(...(line.kept ?? []));
    });
  });
  try {
    await ready;
    await wait(random.between(0, 120));
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  return kept;
}

describe('a Heed that is killed while it records, imports, renames and takes back', () => {
  it(
    `keeps every finished take and nothing half done, and starts again: ${KILLS} times`,
    async () => {
      const program = await bundledChild();
      const home = await temporaryFolder();
      const random = createRandom(20, 'kills');
      const finished: string[] = [];
      for (let seed = 0; seed < KILLS; seed++) {
        finished.push(...(await killedChild(program, home, seed, random)));

        const messages: string[] = [];
        const store = new TakesStore(home, (message) => messages.push(message));
        const { unusable, readOnly } = await store.listWords();
        expect([messages, unusable, readOnly]).toEqual([[], [], undefined]);
        // Killed between deleting and taking that back: undo still does it.
        if ((await store.peekUndo())?.kind === 'delete-takes') await store.undo();
        const takes = await store.listTakes();
        const ids = new Set(takes.map(({ id }) => id));
        expect(finished.filter((id) => !ids.has(id))).toEqual([]);
        // What the manifest lists is what is there, whole.
        expect(takeFiles(home)).toEqual(takes.map(({ id, label }) => `${label}/${id}.wav`).sort());
        for (const { id, label, durationMs, origin } of takes) {
          const { sound, warnings } = readWav(bytesOf(home, `${label}/${id}.wav`), id);
          expect([sound.samples.length, warnings, durationMs]).toEqual([3200, [], 200]);
          // What came in together is there together, under one word.
          const batch = takes.filter((take) => take.origin === origin);
          expect([1, 4]).toContain(batch.length);
          expect(new Set(batch.map((take) => take.label)).size).toBe(1);
        }
        const leftovers = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
          /\.tmp$/.test(path),
        );
        expect(leftovers).toEqual([]);
        expect(readdirSync(home)).not.toContain('incoming');
        await store.close();
      }
      expect(finished.length).toBeGreaterThan(0);
    },
    30_000 + 3000 * KILLS,
  );
});
