import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../src/engine/client.ts';
import { labResult, type LabEnd, type LabJob } from '../../../src/engine/contract/studio-lab-schemas.ts';
import { DELETE_EVERYTHING } from '../../../src/engine/contract/data-calls.ts';
import { KINDS, wavOf } from '../../training/sound-folders.ts';
import { heed } from '../../cli/command-line.ts';
import { addTakes } from '../teach/teach-sounds.ts';
import { collect, startEngine } from '../test-engine.ts';

const SEARCH: LabJob = {
  ...{ kind: 'search', clips: 'words', space: ['hidden=8,12', 'batch=16'], method: 'grid', trials: 2, passes: 2 },
};
const COMPARE: LabJob = { kind: 'compare', clips: 'words', cells: ['gru', 'rnn'], hidden: 8, passes: 1, seeds: 1 };

/** Starts an experiment and waits for its end. */
async function run(client: EngineClient, job: LabJob): Promise<LabEnd> {
  const end = new Promise<LabEnd>((resolve) => {
    const forget = client.on('lab.done', (done) => {
      forget();
      resolve(done);
    });
  });
  await client.call('lab.start', job);
  return end;
}

async function engineWithWords(takes = 4) {
  const started = await startEngine();
  for (const kind of KINDS) await addTakes(started.client, kind, takes);
  return started;
}

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

describe('the Lab of the studio', () => {
  it('searches on the user’s words, keeps what it found, and goes on where it was', async () => {
    const { client, home } = await engineWithWords();
    const trials = collect(client, 'lab.trial');
    const progress = collect(client, 'progress');
    const { result, failure } = await run(client, SEARCH);
    expect(failure).toBeNull();
    expect(trials.map(({ done, total }) => [done, total])).toEqual([
      [1, 2],
      [2, 2],
    ]);
    if (result?.kind !== 'search') throw new Error('The result is of another kind.');
    expect(result.records).toHaveLength(2);
    expect(result.coordinates.axes.map(({ label }) => label)).toEqual(['hidden', 'accuracy']);
    expect(result.coordinates.lines.map(({ id }) => id).sort()).toEqual(result.records.map(({ id }) => id).sort());
    expect((await client.call('lab.result', { kind: 'search' })).result).toEqual(result);
    // Other work listens to `progress`, and must not take this for its own.
    expect(progress).toEqual([]);

    await run(client, { ...SEARCH, space: ['hidden=8,12,16', 'batch=16'] } as LabJob);
    expect(trials).toHaveLength(3);
    const heldOut = join(home, 'lab', 'clips', (await readdir(join(home, 'lab', 'clips')))[0]!, 'held-out');
    for (const kind of KINDS) expect(await readdir(join(heldOut, kind))).toHaveLength(1);
  }, 180_000);

  it('compares cells on a folder that was handed over, with a sentence to every picture', async () => {
    const { client } = await startEngine();
    await client.call('lab.clips.begin', {});
    // Enough speakers that some are held out.
    for (const kind of KINDS)
      for (let speaker = 0; speaker < 12; speaker++)
        await client.call('lab.clips.add', {
          label: kind,
          name: `s${speaker}_nohash_0.wav`,
          bytes: wavOf(kind, speaker),
        });
    const { result, failure } = await run(client, { ...COMPARE, clips: 'folder' } as LabJob);
    expect(failure).toBeNull();
    if (result?.kind !== 'compare') throw new Error('The result is of another kind.');
    expect(result.cells.map(({ cell }) => cell)).toEqual(['gru', 'rnn']);
    expect(result.pictures.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['accuracy', 'training-time', 'inference-time', 'size', 'gradient-reach-unclipped']),
    );
    for (const { finding } of result.pictures) expect(finding).toMatch(/^[A-Z].*\.$|^(gru|rnn) .*\.$/);

    // The same again from its JSON, as the studio and as the command line write it.
    expect((await client.call('lab.open', { name: 'mine.json', bytes: bytesOf(result) })).result).toEqual(result);
    const { cells, reach } = result;
    expect((await client.call('lab.open', { name: 'results.json', bytes: bytesOf({ cells, reach }) })).result).toEqual(
      result,
    );
  }, 180_000);

  it('makes a model lighter that knows the words, and goes on with what it made before', async () => {
    const { client, home } = await engineWithWords();
    await run(client, { ...SEARCH, space: ['hidden=4'], trials: 1, passes: 1 } as LabJob);
    const clips = join(home, 'lab', 'clips', (await readdir(join(home, 'lab', 'clips')))[0]!, 'train');
    const own = { folders: [clips], out: join(home, 'models', 'mine.onnx'), hidden: 24, epochs: 1 };
    await client.call('train', own);
    const job = { kind: 'lighter', clips: 'words', modelId: 'mine', passes: 1 } as LabJob;
    const { result, failure } = await run(client, job);
    expect(failure).toBeNull();
    if (result?.kind !== 'lighter') throw new Error('The result is of another kind.');
    const names = result.models.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['as it is', '75 % zeros', 'low rank, 75 % fewer weights']));
    const folder = join(home, 'lab', 'lighter');
    const files = (await readdir(folder, { recursive: true })).filter((name) => /low-rank.*\.onnx$/.test(name));
    const changed = async () => Promise.all(files.map(async (name) => (await stat(join(folder, name))).mtimeMs));
    const before = await changed();
    expect(before).toHaveLength(2);
    const again = await run(client, job);
    expect(await changed()).toEqual(before);
    if (again.result?.kind !== 'lighter') throw new Error('The result is of another kind.');
    expect(again.result.models.map(({ bytes }) => bytes)).toEqual(result.models.map(({ bytes }) => bytes));

    const { models } = await client.call('models.list', {});
    const stranger = models.find(({ id }) => id !== 'mine')!;
    const refused = await run(client, { ...job, modelId: stranger.id } as LabJob);
    expect(refused.failure).toMatch(/^This model knows “.*” and \d+ more words of which there are no clips here\./);
  }, 180_000);

  it('is stopped without a failure, and refuses a second experiment meanwhile', async () => {
    const { client } = await engineWithWords();
    const ends = collect(client, 'lab.done');
    await client.call('lab.start', { ...COMPARE, passes: 1000 } as LabJob);
    expect((await client.call('lab.running', {})).running).toMatchObject({ kind: 'compare' });
    await expect(client.call('lab.start', SEARCH)).rejects.toMatchObject({ code: 'usage' });
    await client.call('lab.stop', {});
    expect(ends).toEqual([{ kind: 'compare', result: null, failure: null }]);
    expect((await client.call('lab.running', {})).running).toBeNull();
    expect((await client.call('lab.result', { kind: 'compare' })).result).toBeNull();
  }, 180_000);

  it('says what is missing where there are too few takes, no folder, or no such parameter', async () => {
    const { client } = await engineWithWords(2);
    expect((await run(client, COMPARE)).failure).toMatch(/Two words with 3 takes each/);
    expect((await run(client, { ...COMPARE, clips: 'folder' } as LabJob)).failure).toMatch(/No folder .* was chosen/);
    expect((await run(client, { ...SEARCH, space: ['colour=red'] } as LabJob)).failure).toMatch(/colour/);
  });

  it('scores a typed sentence word by word with sentences of the user’s', async () => {
    const { client } = await startEngine();
    const lines = Array.from({ length: 20 }, (_, i) => (i % 2 ? `good film ${i}\t1` : `bad film ${i}\t0`));
    const texts = [{ name: 'mine.tsv', bytes: new TextEncoder().encode(lines.join('\n')) }];
    const { result } = await run(client, { kind: 'sentence', texts, text: 'a good film' });
    if (result?.kind !== 'sentence') throw new Error('The result is of another kind.');
    expect(result.words.map(({ word }) => word)).toEqual(['a', 'good', 'film']);
    const broken = [{ name: 'mine.tsv', bytes: Uint8Array.of(0xff, 0xfe, 0x41) }];
    expect((await run(client, { kind: 'sentence', texts: broken, text: 'a film' })).failure).toMatch(
      /mine\.tsv .*UTF-8/,
    );
  }, 180_000);

  it('takes no clip outside of its own folder', async () => {
    const { client, home } = await startEngine();
    const bytes = wavOf('hum', 1);
    await expect(client.call('lab.clips.add', { label: 'a', name: 'b.wav', bytes })).rejects.toMatchObject({
      code: 'usage',
    });
    await client.call('lab.clips.begin', {});
    for (const [label, name] of [
      ['..', 'b.wav'],
      ['a', '../../b.wav'],
      ['a/b', 'c.wav'],
      ['a', '..'],
      ['a\u0000', 'b.wav'],
    ] as const)
      await expect(client.call('lab.clips.add', { label, name, bytes })).rejects.toMatchObject({ code: 'usage' });
    expect(existsSync(join(home, 'b.wav'))).toBe(false);
  });

  it('refuses what holds no results, whatever it is', async () => {
    const { client } = await startEngine();
    const open = (bytes: Uint8Array) => client.call('lab.open', { name: 'x.json', bytes });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => new TextEncoder().encode(text)),
        ),
        async (bytes) => {
          await expect(open(bytes)).rejects.toMatchObject({ code: 'usage' });
        },
      ),
      { numRuns: 100, seed: 8 },
    );
    await expect(open(bytesOf({ cells: [], reach: [] }))).rejects.toMatchObject({ code: 'usage' });
  });

  it('opens what the command line printed for a search and for lighter models', async () => {
    const { client } = await startEngine();
    const record = (id: string, accuracy: number) => ({
      ...{ id, values: { hidden: accuracy * 100 }, epochs: 2, seed: 1 },
      outcome: { status: 'finished', accuracy, loss: 1, bestEpoch: 1, bytes: 10, durationMs: 5 },
    });
    const lines = (...values: unknown[]) =>
      new TextEncoder().encode(values.map((each) => JSON.stringify(each)).join('\n'));
    const printed = lines({ done: 1 }, { records: [record('a', 0.25), record('b', 0.5)], stopped: true });
    const search = (await client.call('lab.open', { name: 'search.json', bytes: printed })).result;
    expect(search).toMatchObject({ kind: 'search', stopped: true, records: [{ id: 'b' }, { id: 'a' }] });
    const weighed = { hiddenSize: 8, layerCount: 1, weights: 'int8', bytes: 1, frameMicroseconds: 1, accuracy: null };
    const models = [
      { name: 'as it is', ...weighed },
      { name: 'half', ...weighed },
    ];
    expect((await client.call('lab.open', { name: 'c.json', bytes: lines(...models) })).result).toEqual({
      kind: 'lighter',
      models,
    });
  });

  it('opens what the command line printed for a worked example, a scored sentence and a model made lighter', async () => {
    const { client } = await startEngine();
    const open = async (text: string) =>
      (await client.call('lab.open', { name: 'printed.json', bytes: new TextEncoder().encode(text) })).result;
    const example = await heed(
      ...['lab', 'copy', '--lengths', '3,5', '--cells', 'gru,rnn', '--steps', '2', '--hidden', '4', '--json'],
    );
    const shown = await open(example.out.join('\n'));
    if (shown.kind !== 'copy') throw new Error('The result is of another kind.');
    expect(shown.experiment.columns.map(({ key }) => key)).toEqual(['3', '5']);
    const printed = example.out.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const [index, { name, figures }] of shown.experiment.rows.entries())
      expect(printed[index]).toMatchObject({ name, ...figures });
    expect(shown.experiment.plot.series.map(({ name }) => name)).toEqual(printed.map(({ name }) => name));

    const words = ['a', 'film'].map((word, i) => ({ word, known: i > 0, score: 0.5 + i / 4, updateGate: 0.25 }));
    const scored = await open(words.map((word) => JSON.stringify(word)).join('\n'));
    expect(scored).toMatchObject({ kind: 'sentence', words, plot: { series: [{}, {}] } });

    const weighed = { hiddenSize: 8, layerCount: 1, weights: 'int8', bytes: 9, frameMicroseconds: 1, accuracy: null };
    const before = { ...weighed, bytes: 90 };
    const lighter = await open(JSON.stringify({ out: 'm.onnx', before, after: weighed, reached: true }));
    expect(lighter).toEqual({
      kind: 'lighter',
      models: [
        { name: 'before', ...before },
        { name: 'after', ...weighed },
      ],
    });
  }, 60_000);

  it('shows results of a damaged file as the contract says, or refuses them', async () => {
    const { client } = await startEngine();
    const row = { name: 'GRU', figures: { '3': 1 } };
    const plot = { title: 'T', description: 'D', x: { label: 'x' }, y: { label: 'y' }, series: [] };
    const columns = [{ key: '3', label: '3 frames', unit: '%', decimals: 1 }];
    const experiment = { title: 'T', columns, rows: [row], findings: ['F.'], plot };
    const cell = { runs: [{ seed: 1, accuracy: 0.5, trainingMs: 9 }], meanAccuracy: 0.5, deviation: null };
    const speed = { trainedPerSecond: 1, shareOfFmaPeak: null, frameMicroseconds: 2 };
    const reach = {
      cell: 'gru',
      clipped: true,
      normsBefore: [1, 0.5],
      normsAfter: [],
      updateNorms: [2],
      diverged: false,
    };
    const record = { id: 'a', values: { hidden: 8, pooling: 'mean' }, epochs: 1, seed: 1 };
    const outcome = { status: 'finished', accuracy: 0.5, loss: 1, bestEpoch: 1, bytes: 5, durationMs: 1 };
    const whole = [
      { name: 'GRU', '3': 1, result: { kind: 'copy', experiment } },
      { word: 'a', known: true, score: 0.5, updateGate: 0.5 },
      { cells: [{ cell: 'gru', title: 'GRU', hidden: 8, parameters: 9, bytes: 9, speed, ...cell }], reach: [reach] },
      {
        records: [
          { ...record, outcome },
          { ...record, id: 'b', values: { batch: 4 }, outcome },
        ],
        stopped: false,
      },
    ].map((value) => JSON.stringify(value));
    const bytesOfText = (text: string): Uint8Array => new TextEncoder().encode(text);
    const open = (bytes: Uint8Array) => client.call('lab.open', { name: 'x.json', bytes });
    for (const text of whole) await open(bytesOfText(text));
    let [refused, shown] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...whole),
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'0179-.eE[]{},:"nt a\n')), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (text, changes, cut) => {
          let damaged = text;
          for (const [place, character] of changes) {
            const at = place % damaged.length;
            damaged = damaged.slice(0, at) + character + (cut ? damaged.slice(at + 1) : damaged.slice(at));
          }
          await open(bytesOfText(damaged)).then(
            ({ result }) => {
              shown++;
              expect(labResult.safeParse(result).success).toBe(true);
            },
            (error: unknown) => {
              refused++;
              expect(error).toMatchObject({ code: 'usage' });
            },
          );
        },
      ),
      { numRuns: 600, seed: 9 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(shown).toBeGreaterThan(20);
  });

  it('is deleted with all of the user’s data', async () => {
    const { client, home } = await engineWithWords();
    await client.call('lab.start', { ...COMPARE, passes: 1000 } as LabJob);
    await client.call('data.deleteAll', { confirm: DELETE_EVERYTHING });
    expect(existsSync(join(home, 'lab'))).toBe(false);
    expect((await client.call('lab.running', {})).running).toBeNull();
  }, 180_000);

  it('names for every parameter something that a search takes', async () => {
    const { client } = await startEngine();
    const { parameters } = await client.call('lab.parameters', {});
    expect(parameters.filter(({ chosen }) => chosen).map(({ name }) => name)).toContain('hidden');
    const { parseDimensions } = await import('../../../src/lab/search/space.ts');
    const space = parseDimensions(parameters.map(({ name, usual }) => `${name}=${usual}`));
    expect(space).toHaveLength(parameters.length);
  });
});
