import type { Model } from '../../model/model.ts';
import { mean, percentage, type Figure } from './figure.ts';
import { accuracyOf, classify, falseAcceptRate, questionsOf } from './classify.ts';
import { adapted, countRuns, type Protocol } from './protocol.ts';

const TRAINING_TAKES = 5;
const ROUNDS = 5;

/**
 * What becomes of the old words: the validation clips before and after a speaker taught the model twenty words, at once
 * and in five rounds, each of which begins with the model that the last one left.
 */
export async function forgetting(protocol: Protocol): Promise<Figure[]> {
  const { model, recordings, speakers, compute } = protocol;
  const done = countRuns(protocol, 'Measuring what is forgotten', speakers.length * (1 + ROUNDS));
  const clips = questionsOf(recordings.validation, model, compute);
  const measure = async (measured: Model): Promise<{ accuracy: number; falseAccepts: number }> => {
    const given = await classify(measured, clips, compute);
    return { accuracy: accuracyOf(clips, given), falseAccepts: falseAcceptRate(clips, given) };
  };
  const before = await measure(model);
  const atOnce: (typeof before)[] = [];
  const inRounds: (typeof before)[] = [];
  for (const speaker of speakers) {
    const takes = recordings.fewShot.filter((take) => take.speaker === speaker && take.number <= TRAINING_TAKES);
    atOnce.push(await measure(await adapted(model, takes, protocol)));
    done();
    const words = [...new Set(takes.map(({ label }) => label))].sort();
    let grown = model;
    for (let round = 0; round < ROUNDS; round++) {
      const added = new Set(words.filter((_, i) => i % ROUNDS === round));
      grown = await adapted(
        grown,
        takes.filter(({ label }) => added.has(label)),
        protocol,
      );
      done();
    }
    inRounds.push(await measure(grown));
  }
  const rows = (id: string, what: string, after: readonly (typeof before)[]): Figure[] => [
    {
      ...{ id: `forgetting.${id}.lost`, what: `accuracy on the old words lost ${what}`, unit: 'points' },
      ...{ value: percentage(before.accuracy - mean(after.map(({ accuracy }) => accuracy))), atMost: 1 },
    },
    {
      ...{ id: `forgetting.${id}.falseAccepts`, what: `unknown words taken for words ${what}`, unit: '%' },
      value: percentage(mean(after.map(({ falseAccepts }) => falseAccepts))),
      atMost: percentage(1.5 * before.falseAccepts),
    },
  ];
  return [
    {
      id: 'forgetting.before',
      what: 'accuracy on the old words before',
      value: percentage(before.accuracy),
      unit: '%',
    },
    {
      ...{ id: 'forgetting.before.falseAccepts', what: 'unknown words taken for words before', unit: '%' },
      value: percentage(before.falseAccepts),
    },
    ...rows('atOnce', 'after twenty new words', atOnce),
    ...rows('rounds', 'after five rounds of four', inRounds),
  ];
}
