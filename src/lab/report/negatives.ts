import { UNKNOWN_LABEL } from '../../model/model.ts';
import { mean, percentage, type Figure } from './figure.ts';
import { accuracyOf, classify, isWord, questionsOf } from './classify.ts';
import { adapted, countRuns, type Protocol } from './protocol.ts';

const REPORTED = 5;
/** A word that fires so often in ten takes is a false alarm that comes again. */
const FEWEST_ALARMS = 8;
/** Alarms that are looked at; each is a fine-tuning of its own. */
const MOST_ALARMS = 20;

/**
 * "That was nothing": where a word of another language, said ten times by one speaker, fires at least eight times, the
 * first five alarms are given to the model as negatives; the figure is how many of the others no longer fire.
 */
export async function negatives(protocol: Protocol): Promise<Figure[]> {
  const { model, recordings, speakers, compute } = protocol;
  const all = questionsOf(recordings.fewShot, model, compute);
  const given = await classify(model, all, compute);
  const alarms = speakers
    .flatMap((speaker) => {
      const words = [...new Set(recordings.fewShot.map(({ label }) => label))];
      return words.map((word) =>
        recordings.fewShot.filter((take, i) => take.speaker === speaker && take.label === word && isWord(given[i]!)),
      );
    })
    .filter((takes) => takes.length >= FEWEST_ALARMS)
    .slice(0, MOST_ALARMS);
  if (alarms.length === 0) return [];
  const done = countRuns(protocol, 'Taking back false alarms', alarms.length);
  const clips = questionsOf(recordings.validation, model, compute);
  const before = accuracyOf(clips, await classify(model, clips, compute));
  const removed: number[] = [];
  const lost: number[] = [];
  for (const takes of alarms) {
    const reported = takes.slice(0, REPORTED).map(({ clip }) => ({ clip, label: UNKNOWN_LABEL }));
    const tuned = await adapted(model, reported, protocol);
    const repeats = questionsOf(takes.slice(REPORTED), model, compute);
    const answers = await classify(tuned, repeats, compute);
    removed.push(answers.filter((label) => !isWord(label)).length / answers.length);
    lost.push(before - accuracyOf(clips, await classify(tuned, clips, compute)));
    done();
  }
  return [
    {
      ...{
        id: 'negatives.removed',
        what: `repeats of ${alarms.length} false alarms that five negatives end`,
        unit: '%',
      },
      ...{ value: percentage(mean(removed)), atLeast: 80 },
    },
    {
      ...{ id: 'negatives.lost', what: 'accuracy on the old words lost by it', unit: 'points' },
      ...{ value: percentage(mean(lost)), atMost: 1 },
    },
  ];
}
