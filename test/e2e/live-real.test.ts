import { readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readWav } from '../../src/audio/wav-read.ts';
import { createInProcessClient } from '../../src/engine/in-process.ts';
import { createEngine } from '../../src/engine/server.ts';
import { canOpenWindows } from './executables.ts';
import { openShell } from './faces.ts';
import { composeStream, durationMs, type PlacedClip, writeCaptureFile } from './sound-stream.ts';
import { StudioPage } from './studio-page.ts';

const WORDS = ['yes', 'no', 'up', 'down', 'left', 'right', 'on', 'off', 'stop', 'go'];
/** From the start of one word to the start of the next. */
const SPACING_MS = 2000;
const data = process.env['HEED_DATA'];
if (!data) console.log('Skipped, since HEED_DATA names no recordings: real words played to the default model.');

describe.skipIf(!canOpenWindows || !data)('ten real words played to the microphone', () => {
  it('are heard live by the default model as it hears the same clips offline, at least 9 of 10', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heed-real-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const clips = WORDS.map((word) => firstClip(join(data!, 'speech_commands', 'validation', word)));
    const offline = await recognizeAll(clips, folder);
    const stream = composeStream(await Promise.all(clips.map(placedClip)));
    const file = join(folder, 'stream.wav');
    await writeCaptureFile(file, stream);

    const face = await openShell({ microphone: { file } });
    try {
      const studio = new StudioPage(face.page);
      await studio.startListening();
      await wait(durationMs(stream));
      const live = await studio.heardWords();
      // What the offline path calls no word, the live one must leave unsaid.
      const expected = offline.filter((label) => !label.startsWith('_'));
      const story = `offline: ${offline.join(' ')}; live: ${live.join(' ')}`;
      expect(editDistance(expected, live), story).toBeLessThanOrEqual(1);
      expect(live.length, story).toBeGreaterThanOrEqual(8); // agreeing on silence is not enough
    } finally {
      await face.close();
    }
  });
});

/** How many words must be added, left out or replaced to make one list of the other (Levenshtein). */
function editDistance(from: readonly string[], to: readonly string[]): number {
  let row = to.map((_, j) => j + 1);
  for (const [i, word] of from.entries()) {
    const next: number[] = [];
    for (const [j, other] of to.entries()) {
      const replaced = (j === 0 ? i : row[j - 1]!) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, (next[j - 1] ?? i + 1) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? from.length;
}

function firstClip(folder: string): string {
  return join(
    folder,
    readdirSync(folder)
      .filter((name) => name.endsWith('.wav'))
      .sort()[0]!,
  );
}

async function placedClip(file: string): Promise<PlacedClip> {
  const { sound } = readWav(await readFile(file), file);
  return { samples: sound.samples, gapMs: SPACING_MS - durationMs(sound.samples) };
}

async function recognizeAll(files: readonly string[], home: string): Promise<string[]> {
  const modelsFolder = fileURLToPath(new URL('../../models', import.meta.url));
  const client = createInProcessClient(createEngine({ home, modelsFolder }));
  const labels: string[] = [];
  for (const file of files) labels.push((await client.call('recognize', { file })).label);
  client.close();
  return labels;
}
