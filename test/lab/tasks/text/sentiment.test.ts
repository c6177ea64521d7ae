import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fitBagOfWords } from '../../../../src/lab/tasks/text/bag-of-words.ts';
import { Vocabulary, wordsOf } from '../../../../src/lab/tasks/text/vocabulary.ts';
import { createRandom } from '../../../../src/random.ts';
import { heed } from '../../../cli/command-line.ts';
import { temporaryFolder } from '../../../temporary-folder.ts';

// So small a batch is not worth a second thread.
beforeEach(() => void vi.stubEnv('HEED_THREADS', '1'));

/** Sentences whose mood is in one word, unless "not" stands before it: what a bag of words cannot tell. */
function sentences(count: number): { text: string; label: 0 | 1 }[] {
  const random = createRandom(3);
  const pick = (words: readonly string[]): string => words[random.integer(words.length)]!;
  return Array.from({ length: count }, () => {
    const praise = random.integer(2) === 1;
    const not = random.integer(2) === 1;
    const mood = pick(praise ? ['great', 'lovely', 'fine'] : ['awful', 'dull', 'bad']);
    const text = `The ${pick(['food', 'film', 'phone'])} was ${not ? 'not ' : ''}${mood} ${pick(['today', 'here', ''])}`;
    return { text: text.trim(), label: praise === not ? 0 : 1 };
  });
}

async function sentenceFile(count: number): Promise<string> {
  const file = join(await temporaryFolder(), 'made.tsv');
  await writeFile(
    file,
    sentences(count)
      .map(({ text, label }) => `${text}\t${label}\n`)
      .join(''),
  );
  return file;
}

describe('words and bags of them', () => {
  it('splits off what is no word, but for what carries mood', () => {
    expect(wordsOf('Don’t go—it’s AWFUL!! (0 of 10?)')).toEqual([
      ...["don't", 'go', "it's", 'awful', '!', '!', '0', 'of', '10', '?'],
    ]);
  });

  it('knows words that are frequent enough, and takes all others for one', () => {
    const vocabulary = new Vocabulary(['a b a', 'b c'], 2);
    expect(vocabulary.size).toBe(3);
    expect([...vocabulary.tokens('c b a')]).toEqual([0, 2, 1]);
    expect([...vocabulary.tokens('—')]).toEqual([0]);
  });

  it('tells by words alone what words alone decide, and words without a side from neither', () => {
    const texts = ['good film', 'bad film', 'good food', 'bad food'].map(
      (text, i) => ({ text, label: i % 2 === 0 ? 1 : 0 }) as const,
    );
    const score = fitBagOfWords(texts);
    expect(score('good thing')).toBeGreaterThan(0.55);
    expect(score('bad thing')).toBeLessThan(0.45);
    expect(score('film')).toBeCloseTo(0.5, 2);
  });
});

describe('heed lab sentiment', () => {
  it('prints what the GRU and the bag of words come to, of which only the GRU hears a "not"; and draws it', async () => {
    const file = await sentenceFile(240);
    const svg = join(await temporaryFolder(), 'sentiment.svg');
    const { exitCode, out } = await heed('lab', 'sentiment', file, '--folds', '2', '--json', '--plot', svg);
    expect(exitCode).toBe(0);
    const rows = out.map((line) => JSON.parse(line) as { name: string; accuracy: number });
    expect(rows.map(({ name }) => name)).toEqual([
      'GRU over words',
      'logistic regression, bag of words',
      'commoner label',
    ]);
    expect(rows[0]!.accuracy).toBeGreaterThan(rows[1]!.accuracy + 10);
    expect(await readFile(svg, 'utf8')).toMatch(/^<svg[\s\S]*GRU over words[\s\S]*<\/svg>$/);
  });

  it('scores a sentence word by word, with the update gate under each', async () => {
    const { exitCode, out } = await heed(
      'lab',
      'sentiment',
      await sentenceFile(240),
      '--text',
      'The soup was great',
      '--json',
    );
    expect(exitCode).toBe(0);
    const words = out.map(
      (line) => JSON.parse(line) as { word: string; known: boolean; score: number; updateGate: number },
    );
    expect(words.map(({ word, known }) => [word, known])).toEqual([
      ['the', true],
      ['soup', false],
      ['was', true],
      ['great', true],
    ]);
    expect(words.every(({ score, updateGate }) => score > 0 && score < 1 && updateGate > 0 && updateGate < 1)).toBe(
      true,
    );
    expect(words[3]!.score).toBeGreaterThan(0.5);
  });

  it('refuses texts that it cannot learn from, each in one sentence', async () => {
    const folder = await temporaryFolder();
    const bad = join(folder, 'bad.tsv');
    await writeFile(bad, Uint8Array.of(0x41, 0xff, 0x09, 0x31));
    expect(await heed('lab', 'sentiment', bad)).toMatchObject({
      exitCode: 1,
      out: [],
      error: [expect.stringMatching(/UTF-8/)],
    });
    await writeFile(bad, 'Good.\t1\nFine.\t1\n');
    expect(await heed('lab', 'sentiment', bad)).toMatchObject({
      exitCode: 1,
      error: [expect.stringMatching(/same label/)],
    });
    expect(await heed('lab', 'sentiment', join(folder, 'none.tsv'))).toMatchObject({ exitCode: 1 });
  });
});
