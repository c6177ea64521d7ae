import { mean, percentage, type Figure } from './figure.ts';
import { accuracyOf, classify, questionsOf } from './classify.ts';
import { adapted, countRuns, type Protocol } from './protocol.ts';

/** Takes with higher numbers are tested on. */
const LAST_TRAINING_TAKE = 5;

/** Takes to fine-tune on, and what the project wants of them. */
const ROUNDS = [
  { takes: 5, mean: 95.5, worst: 88 },
  { takes: 3, mean: 92.5, worst: undefined },
  { takes: 1, mean: undefined, worst: undefined },
] as const;

/**
 * The user's own words: each speaker alone fine-tunes the model with the first takes of every word and says takes 6 to
 * 10, old and new labels competing. Then the others say the words to the same model.
 */
export async function fewShot(protocol: Protocol): Promise<Figure[]> {
  const { model, recordings, speakers, compute } = protocol;
  const done = countRuns(protocol, 'Teaching words from a few takes', ROUNDS.length * speakers.length);
  const figures: Figure[] = [];
  for (const round of ROUNDS) {
    const own: number[] = [];
    const others: number[] = [];
    for (const speaker of speakers) {
      const taught = recordings.fewShot.filter((take) => take.speaker === speaker && take.number <= round.takes);
      const tuned = await adapted(model, taught, protocol);
      const said = recordings.fewShot.filter(({ number }) => number > LAST_TRAINING_TAKE);
      const asOwn = questionsOf(
        said.filter((take) => take.speaker === speaker),
        model,
        compute,
      );
      const asOther = questionsOf(
        said.filter((take) => take.speaker !== speaker && take.number === 6),
        model,
        compute,
      );
      own.push(accuracyOf(asOwn, await classify(tuned, asOwn, compute)));
      others.push(accuracyOf(asOther, await classify(tuned, asOther, compute)));
      done();
    }
    const id = `few-shot.${round.takes}`;
    const what = `${round.takes} ${round.takes === 1 ? 'take' : 'takes'} of a new word`;
    figures.push(
      {
        ...{ id: `${id}.mean`, what: `${what}, mean of ${speakers.length} speakers`, unit: '%' },
        ...{ value: percentage(mean(own)), atLeast: round.mean },
      },
      {
        ...{ id: `${id}.worst`, what: `${what}, worst speaker`, unit: '%' },
        ...{ value: percentage(Math.min(...own)), atLeast: round.worst },
      },
      { id: `${id}.others`, what: `${what}, said by other speakers`, value: percentage(mean(others)), unit: '%' },
    );
  }
  return figures;
}
