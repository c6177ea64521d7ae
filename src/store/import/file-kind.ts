import { BACKGROUND_FOLDER, isLabelFolder } from '../../dataset/labels.ts';
import { SILENCE_LABEL } from '../../model/model.ts';

/** What a file is to an import: `encoded` sound needs a browser's decoder, `clutter` is passed over without a word. */
export type FileKind = 'wav' | 'encoded' | 'zip' | 'clutter' | 'other';

const ENCODED = /\.(mp3|ogg|oga|opus|webm|weba|flac|m4a|mp4|aac)$/i;
/** What systems and collections put beside recordings: `._x`, Thumbs.db, licences, lists, spectrogram pictures. */
const CLUTTER =
  /(^|\/)(\.[^/]*|__macosx|thumbs\.db|desktop\.ini|(readme|licen[cs]e|notice)[^/]*)(\/|$)|\.(txt|md|tsv|csv|json|png|jpe?g)$/i;

/** The kind of a file, by its name. @param path  with `/` between folders */
export function fileKind(path: string): FileKind {
  if (CLUTTER.test(path)) return 'clutter';
  if (/\.(wav|wave)$/i.test(path)) return 'wav';
  if (ENCODED.test(path)) return 'encoded';
  return /\.(zip|tm)$/i.test(path) ? 'zip' : 'other';
}

const MAX_LABEL_LENGTH = 64;

/**
 * The word that a recording is of, by the Speech Commands layout: the folder it lies in. Recordings of silence count as
 * background noise; other folders whose names begin with `_` say nothing.
 *
 * @param path  with `/` between folders
 * @returns null where the layout does not say
 */
export function labelOfPath(path: string): string | null {
  const folder = path.split('/').at(-2)?.normalize('NFC').trim() ?? '';
  if (folder === BACKGROUND_FOLDER || folder === SILENCE_LABEL) return BACKGROUND_FOLDER;
  if (folder === '' || folder.length > MAX_LABEL_LENGTH || !isLabelFolder(folder)) return null;
  return folder;
}
