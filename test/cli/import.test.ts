import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture, THREE_LABELS } from '../model/import/fixture.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { heed } from './command-line.ts';

async function networkFile(name: string): Promise<{ file: string; out: string }> {
  const folder = await temporaryFolder();
  const file = join(folder, `${name}.onnx`);
  await writeFile(file, fixture(name));
  return { file, out: join(folder, 'model.onnx') };
}

describe('heed import', () => {
  it('writes a model with the labels, features and normaliser named, and answers as inspect does', async () => {
    const { file, out } = await networkFile('torch-hidden-3');
    const {
      exitCode,
      out: answer,
      error,
    } = await heed(
      ...['import', file, '--out', out, '--labels', THREE_LABELS.join(','), '--hop', '320', '--frame', '512'],
      ...[
        '--mel',
        '30',
        '--coefficients',
        '5',
        '--window-frames',
        '50',
        '--mean',
        '-1,0,1,2,3',
        '--std',
        '2',
        '--json',
      ],
    );
    expect({ exitCode, error, lines: answer.length }).toEqual({ exitCode: 0, error: [], lines: 1 });
    const description = JSON.parse(answer[0]!) as Record<string, unknown>;
    expect(description).toMatchObject({
      file: out,
      labels: THREE_LABELS,
      features: { hopLength: 320, frameLength: 512, melBands: 30, coefficients: 5, windowFrames: 50 },
      network: { layerCount: 3, hiddenSize: 6, resetAfter: true, pooling: 'last' },
      provenance: { madeBy: 'heed import torch-hidden-3.onnx' },
    });
    const inspected = await heed('inspect', out, '--json');
    expect(JSON.parse(inspected.out[0]!)).toEqual(description);
  });

  it('answers people in lines', async () => {
    const { file, out } = await networkFile('keras-reset-before');
    const { exitCode, out: lines } = await heed('import', file, '--out', out, '--labels', THREE_LABELS.join(','));
    expect(exitCode).toBe(0);
    expect(lines.join('\n')).toMatch(/labels +yes no _unknown_\n/);
  });

  it('refuses in one line what it cannot take, naming what is in the way', async () => {
    const { file, out } = await networkFile('torch-refused-rnn-relu');
    const { exitCode, out: lines, error } = await heed('import', file, '--out', out, '--labels', 'a,b,c');
    expect({ exitCode, lines }).toEqual({ exitCode: 1, lines: [] });
    expect(error).toEqual([expect.stringMatching(/^heed: .*RNN has the activations Relu/)]);
  });

  it.each([
    [['import', 'a.onnx']],
    [['import', 'a.onnx', '--out', 'b.onnx', '--hop', 'wide']],
    [['import', 'a.onnx', '--out', 'b.onnx', '--mean', '1,,2']],
    [['import', 'a.onnx', '--out', 'b.onnx', '--labels', 'a,,b']],
  ])('ends with 2 for %j', async (words) => {
    expect(await heed(...words)).toMatchObject({ exitCode: 2, out: [] });
  });
});
