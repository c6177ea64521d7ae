import { HeedError } from '../errors.ts';
import { SILENCE_LABEL, UNKNOWN_LABEL } from '../model/model.ts';

/** The folder of long noise recordings in the Speech Commands layout; it is no word. */
export const BACKGROUND_FOLDER = '_background_noise_';

const MAX_LABEL_LENGTH = 64;

/** Whether a folder's name is a label: names with a leading underscore are Heed's own, and only two of them are labels. */
export function isLabelFolder(name: string): boolean {
  return name === SILENCE_LABEL || name === UNKNOWN_LABEL || !(name.startsWith('_') || name.startsWith('.'));
}

/** Which folder is trained as which label. */
export interface LabelPlan {
  /** `[classes]`: the words, then `_silence_`, then `_unknown_` where there is anything unknown */
  readonly labels: readonly string[];
  /** The words that the model will know. */
  readonly words: readonly string[];
  /** The label under which the clips of a folder count. */
  labelOf(folder: string): string;
}

/**
 * Decides on the labels of a training run.
 *
 * @param folders  names of the folders that hold clips
 * @param requested  the words to learn; the other folders become `_unknown_`. Without it every folder is a word.
 * @throws {HeedError} dataset: a word without a folder, or too little to tell apart
 */
export function planLabels(folders: readonly string[], requested?: readonly string[]): LabelPlan {
  const found = [...new Set(folders)].filter((name) => name !== SILENCE_LABEL && name !== UNKNOWN_LABEL).sort();
  if (found.length === 0)
    throw new HeedError(
      'dataset',
      'There is nothing to learn from: no folder named after a word holds WAV files. Put the clips of each word in a folder of its own.',
    );
  const wanted = requested?.filter((name) => name !== SILENCE_LABEL && name !== UNKNOWN_LABEL);
  const words = wanted?.length ? [...new Set(wanted)] : found;

  const missing = words.filter((word) => !found.includes(word));
  if (missing.length > 0)
    throw new HeedError(
      'dataset',
      `There is no folder with clips of ${quoted(missing)}; there are ${quoted(found)}. Check the spelling of the labels.`,
    );

  const tooLong = words.find((word) => word.length > MAX_LABEL_LENGTH);
  if (tooLong)
    throw new HeedError(
      'dataset',
      `The folder name “${tooLong.slice(0, 20)}…” is too long for a label: rename it to at most ${MAX_LABEL_LENGTH} characters.`,
    );

  const hasUnknown = words.length < found.length || folders.includes(UNKNOWN_LABEL);
  if (words.length === 1 && !hasUnknown)
    throw new HeedError(
      'dataset',
      `There is only one label, “${words[0]}”, and a model learns by telling sounds apart: add a folder with other words.`,
    );
  const known = new Set(words);
  return {
    labels: [...words, SILENCE_LABEL, ...(hasUnknown ? [UNKNOWN_LABEL] : [])],
    words,
    labelOf: (folder) => (known.has(folder) || folder === SILENCE_LABEL ? folder : UNKNOWN_LABEL),
  };
}

function quoted(names: readonly string[]): string {
  const shown = names.slice(0, 12).map((name) => `“${name}”`);
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ');
}
