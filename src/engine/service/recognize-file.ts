import { readWav } from '../../audio/wav-read.ts';
import { readWholeFile } from '../../read-file.ts';
import type { CallOutput } from '../contract/calls.ts';
import type { LoadedModel } from './model-library.ts';

/**
 * Classifies the clip in a WAV file.
 * @throws {HeedError} file-missing, file-unreadable, wav-format or sound-invalid, naming the file
 */
export async function recognizeFile(file: string, { recogniser }: LoadedModel): Promise<CallOutput<'recognize'>> {
  const { sound, warnings } = readWav(await readWholeFile(file), file);
  const { label, score, scores, warnings: clipWarnings } = await recogniser.classifySound(sound);
  return { file, label, score, scores: { ...scores }, warnings: [...warnings, ...clipWarnings] };
}
