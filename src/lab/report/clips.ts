import { join } from 'node:path';
import { evaluateFolder } from '../../training/evaluate-folder.ts';
import { isWord } from './classify.ts';
import { percentage, type Figure } from './figure.ts';
import type { Measurement } from './measurement.ts';

/** As many clips of words that the model does not know as `heed evaluate --max-unknown` is given for published figures. */
const UNKNOWN_CLIPS = 250;

/** Clips of other speakers, one by one: `speech_commands/validation`. */
export async function clips({ data, model, compute, onProgress, signal }: Measurement): Promise<Figure[]> {
  const folder = join(data, 'speech_commands', 'validation');
  const measured = await evaluateFolder(
    { folder, model, maxUnknown: UNKNOWN_CLIPS, seed: 1 },
    compute,
    onProgress,
    signal,
  );
  const words = Object.entries(measured.perLabel).filter(([label]) => isWord(label));
  const [worst, { accuracy }] = words.reduce((low, word) => (word[1].accuracy < low[1].accuracy ? word : low));
  return [
    {
      ...{ id: 'clips.accuracy', what: `validation clips (${measured.n}) heard right`, unit: '%' },
      ...{ value: percentage(measured.accuracy), atLeast: 96 },
    },
    {
      ...{ id: 'clips.worst', what: `the same for the worst word, “${worst}”`, unit: '%' },
      ...{ value: percentage(accuracy), atLeast: 90 },
    },
  ];
}
