import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { defaultDecision } from '../../src/model/model.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { noise } from '../engine/test-engine.ts';
import { randomModel } from '../model/random-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { addCorpus } from '../training/sound-folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Started {
  readonly child: ReturnType<typeof spawn>;
  readonly error: () => string;
  readonly ended: Promise<{ exitCode: number | null; out: string; error: string }>;
}

/** Starts the command line as a process of its own, as npm does. */
async function start(words: string[], input?: Uint8Array): Promise<Started> {
  const home = await temporaryFolder();
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words], {
    cwd: root,
    env: { ...process.env, HEED_HOME: home, XDG_CACHE_HOME: home },
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (error += data.toString()));
  child.stdin.end(input);
  const ended = new Promise<{ exitCode: number | null; out: string; error: string }>((resolve) =>
    child.on('close', (exitCode) => resolve({ exitCode, out, error })),
  );
  return { child, error: () => error, ended };
}

async function modelFile(folder: string): Promise<string> {
  const file = join(folder, 'model.onnx');
  const model = randomModel();
  const thresholds = defaultDecision(model.labels).thresholds.map((threshold) => (threshold > 1 ? threshold : 0.001));
  await saveModel(file, { ...model, decision: { ...model.decision, thresholds } });
  return file;
}

describe('heed as a process', () => {
  it('ends with 1 and one line on standard error for a file that is no sound', async () => {
    const folder = await temporaryFolder();
    const bad = join(folder, 'empty.wav');
    await writeFile(bad, '');
    const { ended } = await start(['recognize', bad, '--model', await modelFile(folder), '--json']);
    expect(await ended).toEqual({
      exitCode: 1,
      out: '',
      error: expect.stringMatching(/^heed: .*empty\.wav.*\n$/) as string,
    });
  });

  it('hears raw sound on standard input, with nothing but JSON lines on standard output', async () => {
    const folder = await temporaryFolder();
    const raw = writeWav({ samples: noise(16_000), sampleRateHz: 16_000 }).subarray(44);
    const { ended } = await start(['listen', '-', '--model', await modelFile(folder), '--json'], raw);
    const { exitCode, out, error } = await ended;
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
    const lines = out.trim().split('\n');
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(Object.keys(JSON.parse(line) as object)).toEqual(['timeMs', 'label', 'score']);
  });

  it('takes it for no error that nobody reads its output', async () => {
    const folder = await temporaryFolder();
    const clip = join(folder, 'clip.wav');
    await writeFile(clip, writeWav({ samples: noise(1600), sampleRateHz: 16_000 }));
    const { child, ended } = await start(['recognize', clip, clip, '--model', await modelFile(folder)]);
    child.stdout!.destroy();
    const { exitCode, error } = await ended;
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: '' });
  });

  it('stops a training on one interrupt, keeping the best model so far, and ends with 0', async () => {
    const folder = await temporaryFolder();
    await addCorpus(folder, 6, 3);
    const out = join(folder, 'm.onnx');
    const { child, error, ended } = await start([
      'train',
      join(folder, 'train'),
      '--out',
      out,
      '--hidden',
      '8',
      '--epochs',
      '10000',
      '--json',
    ]);
    while (!error().includes('epoch ') && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    child.kill('SIGINT'); // npm and tsx may pass on what the terminal has sent already
    const { exitCode, out: lines } = await ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(lines.trim().split('\n').at(-1)!)).toMatchObject({ out, stopped: true });
    const inspection = await (await start(['inspect', out, '--json'])).ended;
    expect(inspection.exitCode).toBe(0);
  });
});
