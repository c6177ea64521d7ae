import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeWav } from '../../src/audio/wav-write.ts';
import { benchReport } from '../../src/engine/contract/bench.ts';
import { calibration, streamEvaluation } from '../../src/engine/contract/stream-calls.ts';
import { HEED_VERSION } from '../../src/version.ts';
import { defaultDecision } from '../../src/model/model.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { noise } from '../engine/test-engine.ts';
import { randomModel } from '../model/random-model.ts';
import { addon } from '../native/load.ts';
import { addClips, addCorpus, temporaryFolder as keptFolder } from '../training/sound-folders.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { heed } from './command-line.ts';

let folder: string;
let model: string;
let eagerModel: string;
let clip: string;

beforeAll(async () => {
  folder = await keptFolder(true);
  [model, eagerModel, clip] = ['model.onnx', 'eager.onnx', 'clip.wav'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const random = randomModel();
  const decision = defaultDecision(random.labels);
  await saveModel(model, random);
  const thresholds = decision.thresholds.map((threshold) => (threshold > 1 ? threshold : 0.001));
  await saveModel(eagerModel, { ...random, decision: { ...decision, thresholds } });
  await writeFile(clip, writeWav({ samples: noise(16_000), sampleRateHz: 16_000 }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const parsed = (lines: string[]): Record<string, unknown>[] =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('heed', () => {
  it.each([
    [['nonsense']],
    [[]],
    [['recognize']],
    [['recognize', 'a.wav', '--colour', 'red']],
    [['train', 'folder']],
    [['train', 'folder', '--out', 'm.onnx', '--epochs', 'many']],
    [['train', 'folder', '--out', 'm.onnx', '--labels', 'a,,b']],
    [['evaluate']],
    [['evaluate', 'folder', '--max-unknown', '-1']],
    [['search', 'folder']],
    [['search', 'folder', '--out', 's', '--method', 'luck']],
    [['search', 'folder', '--out', 's', '--vary', 'colour=red']],
    [['search', 'folder', '--out', 's', '--vary', 'hidden=64..32']],
    [['compress', 'm.onnx', 'folder', '--out', 's.onnx']],
    [['compress', 'm.onnx', 'folder', '--out', 's.onnx', '--to', '3 apples']],
    [['bench', '--seconds', '0']],
    [['bench', '--shape', 'C']],
    [['make-stream', 'folder']],
    [['make-stream', 'folder', '--out', 's', '--snr', 'loud']],
    [['evaluate-stream', 's.wav']],
    [['serve', '--port', '70000']],
    [['inspect', 'a.onnx', 'b.onnx']],
  ])('ends with 2 for %j, writing nothing on standard output', async (words) => {
    const { exitCode, out, error } = await heed(...words);
    expect(exitCode).toBe(2);
    expect(out).toEqual([]);
    expect(error.length).toBeGreaterThan(0);
  });

  it('says wrong usage in one line', async () => {
    expect((await heed('nonsense')).error).toEqual([expect.stringMatching(/^heed: .*nonsense/)]);
  });

  it('tells its version and its commands', async () => {
    expect(await heed('--version')).toEqual({ exitCode: 0, out: [HEED_VERSION], error: [] });
    const { exitCode, out } = await heed('--help');
    expect(exitCode).toBe(0);
    for (const command of ['recognize', 'listen', 'train', 'evaluate', 'inspect', 'import', 'handoff', 'serve'])
      expect(out.join('\n')).toContain(`  ${command} `);
  });
});

describe('heed recognize', () => {
  it('answers one JSON value per file', async () => {
    const { exitCode, out } = await heed('recognize', clip, clip, '--model', model, '--json');
    expect(exitCode).toBe(0);
    expect(out).toHaveLength(2);
    for (const answer of parsed(out)) {
      expect(Object.keys(answer)).toEqual(['file', 'label', 'score', 'scores']);
      expect(answer['file']).toBe(clip);
    }
  });

  it('says in a line what is wrong with a file, answers the others, and ends with 1', async () => {
    const bad = join(await temporaryFolder(), 'words.wav');
    await writeFile(bad, 'only words');
    const { exitCode, out, error } = await heed('recognize', bad, clip, '/no/such.wav', '--model', model, '--json');
    expect(exitCode).toBe(1);
    expect(parsed(out).map(({ file }) => file)).toEqual([clip]);
    const problems = error.filter((line) => !line.includes('lasts'));
    expect(problems).toEqual([expect.stringContaining(bad), expect.stringContaining('/no/such.wav')]);
    for (const line of problems) expect(line).toMatch(/^heed: /);
  });

  it('says once what is wrong with the model', async () => {
    const { exitCode, out, error } = await heed('recognize', clip, clip, '--model', clip);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: [] });
    expect(error).toEqual([expect.stringMatching(/^heed: .*clip\.wav/)]);
  });

  it('answers people in a line', async () => {
    const { out } = await heed('recognize', clip, '--model', model);
    expect(out).toEqual([expect.stringMatching(/clip\.wav: .+ \(\d+\.\d %\)$/)]);
  });
});

describe('heed listen', () => {
  it('answers one JSON value per detection', async () => {
    const { exitCode, out, error } = await heed('listen', clip, '--model', eagerModel, '--json');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: [] });
    expect(out.length).toBeGreaterThan(0);
    for (const detection of parsed(out)) expect(Object.keys(detection)).toEqual(['timeMs', 'label', 'score']);
  });

  it('is silent where nothing is heard', async () => {
    expect(await heed('listen', clip, '--model', model, '--json')).toEqual({ exitCode: 0, out: [], error: [] });
  });

  it('reads a torn recording as far as it goes, and says so', async () => {
    const torn = join(await temporaryFolder(), 'torn.wav');
    await writeFile(torn, writeWav({ samples: noise(32_000), sampleRateHz: 48_000 }).subarray(0, 50_001));
    const { exitCode, error } = await heed('listen', torn, '--model', model);
    expect(exitCode).toBe(0);
    expect(error).toEqual([expect.stringContaining('cut off')]);
  });

  it('refuses what is no sound in one line', async () => {
    const { exitCode, error } = await heed('listen', model, '--model', model);
    expect(exitCode).toBe(1);
    expect(error).toEqual([expect.stringMatching(/^heed: .*model\.onnx/)]);
  });
});

describe('heed train and evaluate', () => {
  it('answers a line per epoch and then the result, and measures what it made', async () => {
    const root = await temporaryFolder();
    await addCorpus(root, 6, 3);
    const out = join(root, 'm.onnx');
    const training = await heed(
      ...['train', join(root, 'train'), '--validation', join(root, 'validation'), '--out', out],
      ...['--labels', 'chirp,hum', '--hidden', '8', '--epochs', '2', '--seed', '4', '--json'],
    );
    expect(training.exitCode).toBe(0);
    const [first, second, result] = parsed(training.out);
    expect([first!['epoch'], second!['epoch']]).toEqual([1, 2]);
    expect(result).toMatchObject({ out, stopped: false, labels: expect.arrayContaining(['chirp', 'hum']) as string[] });
    expect(training.error.filter((line) => line.startsWith('epoch '))).toHaveLength(2);

    const inspection = parsed((await heed('inspect', out, '--json')).out)[0]!;
    expect(inspection).toMatchObject({ provenance: { seed: 4, epochs: result!['bestEpoch'] } });
    expect(JSON.stringify(inspection['provenance'])).not.toContain(root);

    const table = await heed('evaluate', join(root, 'validation'), '--model', out);
    expect(table.exitCode).toBe(0);
    expect(table.out[0]).toMatch(/ of 9 clips$/);
    const measured = await heed('evaluate', join(root, 'validation'), '--model', out, '--max-unknown', '1', '--json');
    expect(parsed(measured.out)).toEqual([
      expect.objectContaining({
        n: 7,
        confusion: { labels: expect.any(Array) as string[], matrix: expect.any(Array) as number[][] },
      }),
    ]);
  });

  it('says in one line that a folder has a single label, none, or is not there', async () => {
    const root = await temporaryFolder();
    await addClips(join(root, 'one'), 'chirp', 1);
    await addClips(join(root, 'none'), 'chirp', 0);
    for (const folder of ['one', 'none', 'missing']) {
      const { exitCode, out, error } = await heed('train', join(root, folder), '--out', join(root, 'm.onnx'));
      expect(exitCode).toBe(1);
      expect(out).toEqual([]);
      expect(error.filter((line) => line.startsWith('heed: '))).toHaveLength(1);
    }
  });

  it('says that a label to learn has no folder', async () => {
    const root = await temporaryFolder();
    await addCorpus(root, 2, 1);
    const { exitCode, error } = await heed(
      ...['train', join(root, 'train'), '--out', join(root, 'm.onnx'), '--labels', 'chirp,marmalade'],
    );
    expect(exitCode).toBeGreaterThan(0);
    expect(error.at(-1)).toMatch(/^heed: .*marmalade/);
  });
});

describe('heed bench', () => {
  it.skipIf(!addon)('answers one JSON object with the figures of the shape asked for', async () => {
    const { exitCode, out, error } = await heed('bench', '--seconds', '0.001', '--shape', 'A', '--json');
    expect({ exitCode, error }).toEqual({ exitCode: 0, error: ['Measuring'] });
    const report = benchReport.parse(parsed(out)[0]);
    expect(out).toHaveLength(1);
    expect(Object.keys(report.shapes)).toEqual(['A']);
    expect(report.shapes['A']!.training.megaflopPerUtterance).toBeCloseTo(34.9, 1);
    expect(report.growth).toBeNull();
  });

  it('says in one line that a script for PyTorch is not there', async () => {
    const { exitCode, out, error } = await heed('bench', '--seconds', '0.001', '--shape', 'A', '--torch', 'none.py');
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: [] });
    expect(error.at(-1)).toMatch(/^heed: PyTorch .*none\.py/);
  });
});

describe('heed inspect', () => {
  it('describes a model for people and for programs', async () => {
    const { exitCode, out } = await heed('inspect', model);
    expect(exitCode).toBe(0);
    expect(out.join('\n')).toMatch(/labels +yes/);
    expect(parsed((await heed('inspect', model, '--json')).out)).toEqual([
      expect.objectContaining({ file: model, labels: randomModel().labels }),
    ]);
  });
});

describe('heed make-stream and evaluate-stream', () => {
  it('makes a stream, measures it, and shows the curve', async () => {
    const root = await temporaryFolder();
    await addClips(join(root, 'clips'), 'chirp', 3, { label: 'yes' });
    await addClips(join(root, 'clips'), 'hum', 3, { label: 'cat' });
    const out = join(root, 's');
    const made = await heed('make-stream', join(root, 'clips'), '--snr', '5', '--every', '2', '--out', out, '--json');
    expect(made.exitCode).toBe(0);
    const [stream] = parsed(made.out);
    expect(Object.keys(stream!)).toEqual(['wav', 'truth', 'hours', 'words']);
    expect(stream).toMatchObject({ wav: `${out}.wav`, truth: `${out}.tsv`, words: 6 });

    const files = [`${out}.wav`, `${out}.tsv`, '--model', model] as const;
    const measured = await heed('evaluate-stream', ...files, '--sweep', '--real-cost', '--json');
    expect(measured.exitCode).toBe(0);
    expect(measured.out).toHaveLength(1);
    const evaluation = streamEvaluation.parse(parsed(measured.out)[0]);
    expect(evaluation).toMatchObject({ hours: stream!['hours'], words: 3, otherWords: 3 });
    expect(evaluation.sweep).toHaveLength(11);
    expect(evaluation.cpuShare).toBeGreaterThan(0);

    const { out: tables } = await heed('evaluate-stream', ...files, '--sweep');
    expect(tables[0]).toMatch(/^detected +\d+\.\d % +of 3 words$/);
    expect(tables.filter((line) => /^0\.\d+ .* % /.test(line))).toHaveLength(11);
  });

  it('chooses thresholds on streams, and writes a model that has them', async () => {
    const root = await temporaryFolder();
    await addClips(join(root, 'clips'), 'chirp', 4, { label: 'yes' });
    const [out, calibrated] = [join(root, 's'), join(root, 'm2.onnx')];
    await heed('make-stream', join(root, 'clips'), '--every', '2', '--out', out);
    const words = ['calibrate', model, '--stream', `${out}.wav`, `${out}.tsv`, '--false-accepts-per-hour', '100000'];
    const limited = [...words.slice(0, -1), '3600', '--out', calibrated];
    expect((await heed(...words, '--out', calibrated)).exitCode).toBe(2);
    const { exitCode, out: answer } = await heed(...limited, '--stream', `${out}.wav`, `${out}.tsv`, '--json');
    expect(exitCode).toBe(0);
    const result = calibration.parse(parsed(answer)[0]);
    expect(result).toMatchObject({ out: calibrated, before: { words: 8 }, after: { words: 8 } });
    const inspection = parsed((await heed('inspect', calibrated, '--json')).out)[0]!;
    expect(inspection).toMatchObject({ decision: { thresholds: result.thresholds } });

    expect((await heed(...limited, '--stream', `${out}.wav`)).exitCode).toBe(2);
    await writeFile(`${out}.tsv`, '');
    const wordless = await heed(...limited.slice(0, -1), join(root, 'none.onnx'));
    expect(wordless.exitCode).toBe(1);
    expect(wordless.error.at(-1)).toMatch(/^heed: No word of the model is said/);
  });

  it('says in one line which row of a truth file is none', async () => {
    const truth = join(await temporaryFolder(), 't.tsv');
    await writeFile(truth, '0.1\tyes\nnonsense\n');
    const { exitCode, out, error } = await heed('evaluate-stream', clip, truth, '--model', model);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: [] });
    expect(error).toEqual([expect.stringMatching(/^heed: Line 2 of .*t\.tsv/)]);
  });
});
