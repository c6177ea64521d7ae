import { basename } from 'node:path';
import { HeedError } from '../../../errors.ts';
import { createRandom } from '../../../random.ts';
import { readWholeFile } from '../../../read-file.ts';
import { StageProgress } from '../../../training/progress.ts';
import type { Experiment, Laboratory, Row } from '../experiment.ts';
import { fitBagOfWords } from './bag-of-words.ts';
import { readLabelledTexts, type LabelledText } from './labelled-texts.ts';
import { SentimentNetwork, type ScoredWord } from './sentiment-network.ts';

export interface SentimentSettings {
  /** Files of texts with labels; see `readLabelledTexts`. */
  readonly files: readonly string[];
  readonly folds: number;
  readonly seed: number;
}

/**
 * Tells favourable sentences from others by k-fold cross-validation: a GRU over words, beside logistic regression on which
 * words there are. Vocabulary and embedding are learned on the training folds alone.
 *
 * @throws {HeedError} file-missing; dataset; training-diverged; cancelled
 */
export async function measureSentiment(settings: SentimentSettings, lab: Laboratory): Promise<Experiment> {
  const { folds, seed } = settings;
  const texts = await readTexts(settings.files);
  if (texts.length < 2 * folds)
    throw new HeedError(
      'dataset',
      `${texts.length} sentences are too few for ${folds} folds; at least ${2 * folds} are needed.`,
    );
  createRandom(seed, 'sentiment folds').shuffle(texts);
  const accuracies = { gru: [] as number[], 'bag-of-words': [] as number[], majority: [] as number[] };
  const progress = new StageProgress('lab', 'Training on sentences', 1000 * folds, lab.onProgress);
  for (let fold = 0; fold < folds; fold++) {
    const training = texts.filter((_, index) => index % folds !== fold);
    const held = texts.filter((_, index) => index % folds === fold);
    const bagOfWords = fitBagOfWords(training);
    accuracies['bag-of-words'].push(
      accuracyOf(
        held,
        held.map(({ text }) => bagOfWords(text)),
      ),
    );
    const network = await SentimentNetwork.train(
      training,
      seed,
      lab.compute.backend,
      (step, count) => progress.report(Math.floor(1000 * (fold + step / count))),
      lab.signal,
    );
    accuracies.gru.push(accuracyOf(held, await network.score(held.map(({ text }) => text))));
    const favourable = training.filter(({ label }) => label === 1).length / training.length;
    accuracies.majority.push(accuracyOf(held, Array<number>(held.length).fill(favourable)));
  }
  return report(texts.length, accuracies);
}

/**
 * Trains on all sentences and scores another one word by word.
 * @throws {HeedError} usage where the text has no word; otherwise as measureSentiment
 */
export async function scoreText(
  settings: { readonly files: readonly string[]; readonly text: string; readonly seed: number },
  lab: Laboratory,
): Promise<ScoredWord[]> {
  const texts = await readTexts(settings.files);
  const progress = new StageProgress('lab', 'Training on sentences', 1000, lab.onProgress);
  const network = await SentimentNetwork.train(
    texts,
    settings.seed,
    lab.compute.backend,
    (step, count) => progress.report(Math.floor((1000 * step) / count)),
    lab.signal,
  );
  const words = network.scoreWords(settings.text);
  if (words.length === 0) throw new HeedError('usage', 'This text has no word that could be scored.');
  return words;
}

/** The verdict and the update gates over a text, as a picture. */
export function plotWords(words: readonly ScoredWord[]): Experiment['plot'] {
  const at = (value: (word: ScoredWord) => number) => words.map((word, x) => ({ x, y: value(word) }));
  return {
    title: 'How the verdict moves, word by word',
    description: words.map(({ word, score }) => `${word}: ${(100 * score).toFixed(0)} %`).join('; '),
    x: { label: 'word', ticks: words.map(({ word }, x) => ({ at: x, text: word })) },
    y: { label: 'share', domain: [0, 1] },
    series: [
      { name: 'update gate at this word', mark: 'bars', points: at(({ updateGate }) => updateGate) },
      { name: 'probability of praise so far', points: at(({ score }) => score) },
    ],
    width: Math.max(720, 64 * words.length),
  };
}

async function readTexts(files: readonly string[]): Promise<LabelledText[]> {
  const read = await Promise.all(
    files.map(async (file) => readLabelledTexts(await readWholeFile(file), basename(file))),
  );
  const texts = read.flat();
  if (new Set(texts.map(({ label }) => label)).size < 2)
    throw new HeedError('dataset', 'All sentences have the same label, so that there is nothing to tell apart.');
  return texts;
}

function accuracyOf(texts: readonly LabelledText[], scores: readonly number[]): number {
  const right = texts.filter(({ label }, index) => (scores[index]! > 0.5 ? 1 : 0) === label);
  return right.length / texts.length;
}

function report(sentences: number, accuracies: Readonly<Record<string, readonly number[]>>): Experiment {
  const names = {
    gru: 'GRU over words',
    'bag-of-words': 'logistic regression, bag of words',
    majority: 'commoner label',
  };
  const folds = accuracies['gru']!.length;
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rows = Object.entries(names).map(([key, name]): Row => {
    const values = accuracies[key]!;
    const figures = { accuracy: 100 * mean(values), least: 100 * Math.min(...values), most: 100 * Math.max(...values) };
    return { name, figures };
  });
  const [gru, bagOfWords] = rows.map(({ figures }) => figures['accuracy']!);
  const column = (key: string, label: string) => ({ key, label, unit: '%' as const, decimals: 1 });
  return {
    title: `Sentiment of ${sentences} sentences, ${folds}-fold cross-validation`,
    columns: [column('accuracy', 'accuracy'), column('least', 'worst fold'), column('most', 'best fold')],
    rows,
    findings: [
      `The GRU is right on ${gru!.toFixed(1)} % of the sentences it was not trained on, and a bag of words on ${bagOfWords!.toFixed(1)} %.`,
    ],
    plot: {
      title: 'Accuracy on held-out sentences',
      description: rows.map(({ name, figures }) => `${name}: ${figures['accuracy']!.toFixed(1)} %`).join('; '),
      x: { label: 'fold', ticks: accuracies['gru']!.map((_, x) => ({ at: x, text: String(x + 1) })) },
      y: { label: 'accuracy (%)' },
      series: Object.entries(names).map(([key, name]) => ({
        ...{ name, mark: 'bars' as const },
        points: accuracies[key]!.map((value, x) => ({ x, y: 100 * value })),
      })),
    },
  };
}
