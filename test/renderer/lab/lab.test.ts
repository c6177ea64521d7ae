import { describe, expect, it } from 'vitest';
import { handOver, labelledFiles } from '../../../renderer/lab/clip-folder.ts';
import { createLab, placeOf } from '../../../renderer/lab/lab.ts';
import { INITIAL_LAB_SETTINGS, searchJob, wholeNumbers } from '../../../renderer/lab/lab-settings.ts';
import { lighterFinding, lighterPlot } from '../../../renderer/lab/lighter-page.tsx';
import { strings } from '../../../renderer/strings.ts';
import type { LabParameter, LabResult } from '../../../src/engine/contract/studio-lab-schemas.ts';
import { createFakeEngine } from '../fake-engine.ts';

const PARAMETERS: LabParameter[] = [
  { name: 'hidden', allowed: 'whole', usual: '32..160', chosen: true },
  { name: 'batch', allowed: 'whole', usual: '32,64', chosen: false },
];
const SENTENCE: LabResult = {
  ...{ kind: 'sentence', words: [] },
  plot: { title: '', description: '', x: { label: '' }, y: { label: '' }, series: [] },
};

function setUp() {
  const engine = createFakeEngine();
  const complaints: string[] = [];
  const saved: string[] = [];
  engine.handle({
    'lab.running': () => ({ running: null }),
    'lab.parameters': () => ({ parameters: PARAMETERS }),
    'lab.result': ({ kind }) => ({ result: kind === 'sentence' ? SENTENCE : null }),
    'lab.start': () => ({}),
    'lab.stop': () => ({}),
    'lab.clips.begin': () => ({}),
    'lab.clips.add': () => ({}),
  });
  const lab = createLab(
    engine,
    (name) => saved.push(name),
    (error) => complaints.push((error as Error).message),
  );
  return { engine, lab, complaints, saved };
}

const file = (name: string): File => new File([new Uint8Array(4)], name);
const picked = (path: string) => ({ path, file: file(path.split('/').at(-1)!) });
const JOB = { kind: 'search', clips: 'words', space: ['hidden=8'], method: 'grid', trials: 1, passes: 1 } as const;

describe('the Lab of the studio', () => {
  it('takes up what ran and what was found before the window opened', async () => {
    const { engine, lab } = setUp();
    engine.handle({ 'lab.running': () => ({ running: { kind: 'compare', progress: null, trials: [] } }) });
    expect(lab.running.get()).toBeUndefined();
    await lab.refresh();
    expect(lab.running.get()?.kind).toBe('compare');
    expect(lab.results.get().sentence).toEqual({ result: SENTENCE, fileName: undefined });
  });

  it('follows an experiment to its end', async () => {
    const { engine, lab } = setUp();
    await lab.start({ ...JOB, space: ['hidden=8'] });
    engine.emit('lab.progress', { kind: 'search', stage: 'Reading', done: 1, total: 2, remainingMs: null });
    const record = {
      id: 'a',
      values: {},
      epochs: 1,
      seed: 1,
      outcome: { status: 'diverged', message: '', durationMs: 1 } as const,
    };
    engine.emit('lab.trial', { record, done: 1, total: 1, best: false, remainingMs: null });
    expect(lab.running.get()).toMatchObject({ progress: { done: 1 }, trials: [{ done: 1 }] });
    engine.emit('lab.done', { kind: 'search', result: null, failure: 'It broke.' });
    expect([lab.running.get(), lab.failures.get().search]).toEqual([null, 'It broke.']);
    await lab.start({ ...JOB, space: ['hidden=8'] });
    expect(lab.failures.get().search).toBeUndefined();
  });

  it('says what kept an experiment from starting, and that it does not run', async () => {
    const { engine, lab } = setUp();
    engine.handle({ 'lab.start': () => Promise.reject(new Error('Busy.')) });
    await lab.start({ ...JOB, space: ['hidden=8'] });
    expect([lab.running.get(), lab.failures.get().search]).toEqual([null, 'Busy.']);
  });

  it('says that an experiment ended with the engine', async () => {
    const { engine, lab } = setUp();
    await lab.start({ ...JOB, space: ['hidden=8'] });
    engine.emit('engine.restarted', { reason: 'killed' });
    expect([lab.running.get(), lab.failures.get().search]).toEqual([null, strings.lab.restarted]);
  });

  it('shows results from a file on the page they belong to', async () => {
    const { engine, lab, complaints } = setUp();
    engine.handle({ 'lab.open': () => ({ result: SENTENCE }) });
    await lab.open(file('mine.json'));
    expect(lab.settings.get()).toMatchObject({ page: 'examples', example: 'sentiment' });
    expect(lab.results.get().sentence?.fileName).toBe('mine.json');
    engine.handle({ 'lab.open': () => Promise.reject(new Error('No results.')) });
    await lab.open(file('letter.json'));
    expect(complaints).toEqual(['No results.']);
    expect(placeOf('adding')).toEqual({ page: 'examples', example: 'adding' });
  });

  it('hands over the recordings of a folder, and leaves out what is none', async () => {
    const { engine, lab, complaints } = setUp();
    await lab.takeFolder(
      ['data/yes/a.wav', 'data/no/b.WAV', 'data/yes/c.mp3', 'data/d.wav', 'data/.x/e.wav'].map(picked),
    );
    expect(lab.clipFolder.get()).toEqual({ name: 'data', count: 2, leftOut: 3, done: 2 });
    expect(engine.inputsOf('lab.clips.add').map(({ label, name }) => `${label}/${name}`)).toEqual([
      'yes/a.wav',
      'no/b.WAV',
    ]);
    await lab.takeFolder([picked('letters/a.txt')]);
    expect(complaints).toEqual([strings.lab.clips.none('letters')]);
    expect(lab.clipFolder.get()?.name).toBe('data');
  });

  it('hands every recording over once, several at a time', async () => {
    const { engine } = setUp();
    const files = labelledFiles(Array.from({ length: 10 }, (_, i) => picked(`data/yes/${i}.wav`)));
    const done: number[] = [];
    await handOver(engine, files, (count) => done.push(count));
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(engine.inputsOf('lab.clips.add').map(({ name }) => name)).size).toBe(10);
  });
});

describe('the settings of the Lab', () => {
  it('vary what is usual unless the user says otherwise', () => {
    const job = searchJob(INITIAL_LAB_SETTINGS, PARAMETERS);
    expect(job).toMatchObject({ kind: 'search', space: ['hidden=32..160'] });
    const space = { hidden: { varied: false, values: '1' }, batch: { varied: true, values: '16, 32' } };
    const changed = { ...INITIAL_LAB_SETTINGS, search: { ...INITIAL_LAB_SETTINGS.search, space } };
    expect(searchJob(changed, PARAMETERS)).toMatchObject({ space: ['batch=16,32'] });
  });

  it('read whole numbers, and nothing else', () => {
    expect(wholeNumbers('50, 100 200')).toEqual([50, 100, 200]);
    for (const text of ['', 'a', '1.5', '-1', '50,x']) expect(wholeNumbers(text)).toBeUndefined();
  });
});

describe('models made lighter', () => {
  const model = (name: string, bytes: number, accuracy: number | null) => ({
    ...{ name, bytes, accuracy, hiddenSize: 8, layerCount: 1, weights: 'int8' as const, frameMicroseconds: 1 },
  });

  it('are compared with the model as it was', () => {
    expect(lighterFinding([model('as it is', 1000, 0.9), model('half', 250, 0.88)])).toMatch(
      /“half”: 25\.0\s% of the size, and −2\.0 points/,
    );
    expect(lighterFinding([model('as it is', 1000, null), model('half', 250, null)])).toBeUndefined();
    expect(lighterPlot([model('as it is', 1000, null)])).toBeUndefined();
    expect(lighterPlot([model('as it is', 2000, 0.5)])!.series[0]!.points).toEqual([{ x: 2, y: 50 }]);
  });

  it('are points of one series for each kind, so that no two kinds have the same mark, the model as it was on top', () => {
    const names = ['as it is', '8 bits, rounded', '8 bits, trained', '50 % zeros', '75 % zeros'];
    const ways = [...names, 'low rank, 50 % fewer weights', 'half as wide', 'half as wide, taught', 'unheard of'];
    const { series } = lighterPlot(ways.map((name, i) => model(name, 1000 * i, 0.5)))!;
    expect(series.map(({ name, points }) => [name, points.length])).toEqual([
      ...[['other bits', 2], ['zeros', 2], ['low rank', 1], ['a smaller network', 2], ['unheard of', 1], ['as it is', 1]], // prettier-ignore
    ]);
  });
});
