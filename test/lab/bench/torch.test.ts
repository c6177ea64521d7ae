import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runRounds } from '../../../src/lab/bench/rounds.ts';
import { createTorch, type Torch } from '../../../src/lab/bench/torch.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** A script in Node's tongue in place of PyTorch's. */
async function torchOf(script: string, shapes = ['A']): Promise<Torch> {
  const file = join(await temporaryFolder(), 'torch.mjs');
  await writeFile(file, script);
  return createTorch(file, shapes, process.execPath);
}

const figures = `
const show = (shape, figure) => console.log(JSON.stringify({ system: 'torch 1.13.0', shape, ...figure }));
const [, , shapes, what] = process.argv;
if (what !== 'train,infer,stream' || process.env.OPENBLAS_NUM_THREADS !== '2') process.exit(1);
console.log('a warning that is no figure');
for (const shape of shapes.split(',')) {
  show(shape, { trainUtterancesPerSecond: 500 });
  show(shape, { inferUtterancesPerSecond: 2000 });
  show(shape, { streamStepMicroseconds: 40 });
}`;

describe('createTorch', () => {
  it('reads the figures of every shape, and compares them with ours', async () => {
    const torch = await torchOf(figures, ['A', 'B']);
    const ours = { measure: () => Promise.resolve(new Map([['ours', 1e-5]])) };
    const settings = { rounds: 1, sliceMs: 1, pauseMs: 0 };
    const samples = await runRounds([torch.part, ours], settings, () => undefined, { aborted: false });
    expect(torch.compare(samples, 'B', 'streaming', 'ours', 'microseconds')).toEqual({
      with: 'PyTorch',
      version: '1.13.0',
      ratio: expect.closeTo(4, 9) as number,
      variants: [{ name: 'best tuned', value: expect.closeTo(40, 9) as number }],
    });
    const training = torch.compare(samples, 'A', 'training', 'ours', 'per second');
    expect([training.ratio, training.variants[0]!.value]).toEqual([
      expect.closeTo(200, 9) as number,
      expect.closeTo(500, 9) as number,
    ]);
    expect(torch.compare(samples, 'A', 'inference', 'ours', 'per second').ratio).toBeCloseTo(50, 9);
  });

  it.each([
    ['fails', 'console.error("No module named torch"); process.exit(1);', /No module named torch/],
    ['prints something else', 'console.log("{]")', /no figure/],
    [
      'prints a figure that is none',
      'console.log(\'{"system":"torch","shape":"A","streamStepMicroseconds":0}\')',
      /no figure/,
    ],
    [
      'leaves a figure out',
      'console.log(\'{"system":"torch","shape":"A","streamStepMicroseconds":4}\')',
      /training at shape A/,
    ],
  ])('says in one sentence that the script %s', async (_, script, message) => {
    const torch = await torchOf(script);
    await expect(torch.part.measure(1)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(message) as string,
    });
    await expect(torch.part.measure(1)).rejects.toThrow(/^[^\n]*--torch[^\n]*\.$/);
  });

  it('says that there is no such interpreter', async () => {
    const torch = createTorch('torch.py', ['A'], '/nowhere/python3');
    await expect(torch.part.measure(1)).rejects.toMatchObject({ code: 'usage' });
  });
});
