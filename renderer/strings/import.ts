const takes = (count: number): string => (count === 1 ? '1 take' : `${count} takes`);
const words = (count: number): string => (count === 1 ? '1 word' : `${count} words`);
const files = (count: number): string => (count === 1 ? '1 file' : `${count} files`);

/** Every sentence about recordings that come in or go out. */
export const importStrings = {
  title: 'Import recordings',
  exportTitle: 'Export all takes',
  fromFiles: 'Import files',
  fromFolder: 'Import a folder',
  exportAll: 'Export all takes',
  dropHere: 'Drop recordings, folders, zips, models or results here',
  reading: 'Reading the files',
  decoding: 'Decoding the sound',
  taking: 'Taking in the recordings',
  packing: 'Packing the takes',
  progress: (done: number, total: number) => `${done} of ${total}`,
  cancel: 'Cancel',
  summary: (takeCount: number, wordCount: number) => `${takes(takeCount)} of ${words(wordCount)} will come in.`,
  nothing: 'Nothing that could come in is chosen.',
  unusable: (count: number) => (count === 1 ? '1 file cannot come in:' : `${files(count)} cannot come in:`),
  unusableLabel: 'Files that cannot come in',
  commit: (count: number) => `Import ${takes(count)}`,
  wordOf: 'Word',
  whichWord: (file: string) => `Which word is in ${file}?`,
  wordMissing: (file: string) => `Say which word is in ${file}, or leave it out.`,
  groupCount: (chosen: number, all: number) => (chosen === all ? takes(all) : `${chosen} of ${takes(all)}`),
  chooseGroup: (name: string) => `All of ${name}`,
  chooseItem: (file: string, seconds: string) => `${file}, at ${seconds} s`,
  span: (from: string, to: string) => `${from}–${to} s`,
  play: (file: string, seconds: string) => `Play ${file}, at ${seconds} s`,
  stop: (file: string, seconds: string) => `Stop ${file}, at ${seconds} s`,
  done: (count: number) => `${takes(count)} came in. Ctrl+Z takes them back.`,
  exported: (count: number) => `${takes(count)} are in the zip.`,
  undecodable: 'It could not be decoded: it is damaged, or in a format that is not known here.',
  tooLarge: 'It is larger than 128 MiB; cut it into shorter recordings first.',
  engineLost:
    'The part of Heed that takes recordings in stopped and was started again. Nothing was taken in, and your takes are safe; import again.',
  exportLost:
    'The part of Heed that packs your takes stopped and was started again. Your takes are safe; export again.',
} as const;
