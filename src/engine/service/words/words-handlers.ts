import { resample } from '../../../audio/resample.ts';
import { HEED_SAMPLE_RATE_HZ } from '../../../audio/sound.ts';
import { BACKGROUND_FOLDER } from '../../../dataset/labels.ts';
import { UNKNOWN_LABEL } from '../../../model/model.ts';
import { createMeydaExtractor } from '../../../features/meyda-extractor.ts';
import { DEFAULT_FEATURE_SETTINGS } from '../../../features/settings.ts';
import type { TakeBadge } from '../../../store/takes/take.ts';
import type { TakesStore } from '../../../store/takes/takes-store.ts';
import type { wordsCalls } from '../../contract/words-calls.ts';
import { TAKES_WANTED, type WordSummary } from '../../contract/words-schemas.ts';
import type { Handlers } from '../service.ts';
import { pictureOf } from './take-picture.ts';

/**
 * The handlers of the calls about words and takes; `undo` is with those about models, which it also concerns.
 * @param check  finds what may be wrong with a take
 */
export function createWordsHandlers(
  takes: TakesStore,
  check: (label: string, samples: Float32Array) => Promise<TakeBadge[]>,
): Pick<Handlers, Exclude<keyof typeof wordsCalls, 'undo'>> {
  const extractor = createMeydaExtractor(DEFAULT_FEATURE_SETTINGS);
  return {
    'words.list': async () => {
      const { words, unusable, readOnly } = await takes.listWords();
      return {
        words: words.map((word) => ({ ...word, ...readiness(word.label, word.takeCount - word.leftOutCount) })),
        unusable: [...unusable],
        readOnly: readOnly ?? null,
      };
    },
    'words.add': async ({ name }) => ({ label: await takes.addWord(name) }),
    'words.rename': async ({ label, name }) => ({ label: await takes.renameWord(label, name) }),
    'words.merge': async ({ label, into }) => {
      await takes.mergeWords(label, into);
      return {};
    },
    'words.delete': async ({ label }) => {
      await takes.deleteWord(label);
      return {};
    },
    'takes.list': async ({ label }) => ({ takes: await takes.listTakes(label) }),
    'takes.add': async ({ label, sound, source }) => {
      const { samples } = await resample(sound, HEED_SAMPLE_RATE_HZ);
      return takes.addTake({ label, samples, source, badges: await check(label, samples) });
    },
    'takes.sound': ({ id }) => takes.sound(id),
    'takes.picture': async ({ id }) => pictureOf((await takes.sound(id)).samples, extractor),
    'takes.move': async ({ ids, label }) => {
      await takes.moveTakes(ids, label);
      return {};
    },
    'takes.trim': async ({ id, trim }) => {
      await takes.trimTake(id, trim ?? undefined);
      return {};
    },
    'takes.leaveOut': async ({ ids, leftOut }) => {
      await takes.leaveOut(ids, leftOut);
      return {};
    },
    'takes.delete': async ({ ids }) => {
      await takes.deleteTakes(ids);
      return {};
    },
    'undo.peek': async () => ({ next: (await takes.peekUndo()) ?? null }),
  };
}

/** What a label is, and how many of the takes that it should have are missing. */
function readiness(label: string, usableTakes: number): Pick<WordSummary, 'kind' | 'missingTakes'> {
  if (label === UNKNOWN_LABEL) return { kind: 'unknown', missingTakes: 0 };
  if (label === BACKGROUND_FOLDER) return { kind: 'background', missingTakes: 0 };
  return { kind: 'word', missingTakes: Math.max(0, TAKES_WANTED - usableTakes) };
}
