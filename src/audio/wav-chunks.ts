import { HeedError } from '../errors.ts';

/** One chunk of a RIFF file. */
export interface WavChunk {
  /** Where the body begins, in bytes from the file's first. */
  readonly start: number;
  /** Bytes of the body that the file holds. */
  readonly length: number;
  /** Bytes of the body that its header promises; undefined where the writer did not know (a pipe). */
  readonly promisedLength: number | undefined;
}

const HEADER_LENGTH = 12;
const CHUNK_HEADER_LENGTH = 8;

/** Written in place of a size by programs that write to a pipe and cannot come back to fill it in. */
const UNKNOWN_LENGTH = 0xffff_ffff;

/** What other files begin with, for a clearer refusal. */
const OTHER_FILES: readonly (readonly [offset: number, magic: string, description: string])[] = [
  [0, 'fLaC', 'a FLAC file'],
  [0, 'OggS', 'an Ogg file'],
  [0, 'ID3', 'an MP3 file'],
  [0, 'FORM', 'an AIFF file'],
  [0, 'RIFX', 'a WAV file with its bytes the other way round (RIFX)'],
  [0, 'caff', 'a Core Audio file'],
  [4, 'ftyp', 'an MP4 or M4A file'],
  [0, '\x1aE\xdf\xa3', 'a WebM or Matroska file'],
];

/**
 * Finds the `fmt ` and `data` chunks of a WAV file; every other chunk is skipped, whatever it is. RF64 and BW64, the
 * forms for more than 4 GB, are taken too.
 *
 * @throws {HeedError} `wav-format` where the file is no WAV, or has no format or no sound
 * @see Microsoft and IBM 1991, "Multimedia Programming Interface and Data Specifications 1.0"; EBU Tech 3306 (RF64)
 */
export function findWavChunks(view: DataView, name: string): { format: WavChunk; data: WavChunk } {
  checkHeader(view, name);
  let format: WavChunk | undefined;
  let data: WavChunk | undefined;
  let longLength: number | undefined;
  let position = HEADER_LENGTH;
  while (position + CHUNK_HEADER_LENGTH <= view.byteLength && !(format && data)) {
    const id = text(view, position, 4);
    const start = position + CHUNK_HEADER_LENGTH;
    const written = view.getUint32(position + 4, true);
    const promised = written === UNKNOWN_LENGTH ? longLength : written;
    const length = Math.min(promised ?? Infinity, view.byteLength - start);
    if (id === 'fmt ') format ??= { start, length, promisedLength: promised };
    else if (id === 'data') data ??= soundChunk(view, start, length, promised);
    else if (id === 'ds64' && length >= 16) longLength = Number(view.getBigUint64(start + 8, true));
    position = nextChunk(view, start + length);
  }
  if (!format)
    throw new HeedError(
      'wav-format',
      `${name} cannot be read: in its ${view.byteLength.toLocaleString('en')} bytes there is no format header (fmt chunk), so the recording is cut off; nothing was changed.`,
    );
  if (!data && format.length < (format.promisedLength ?? 0))
    throw new HeedError(
      'wav-format',
      `${name} cannot be read: it is cut off inside its format header (byte ${format.start}), which has ${format.length} of ${format.promisedLength} bytes; nothing was changed.`,
    );
  if (!data || data.length === 0)
    throw new HeedError(
      'wav-format',
      data?.promisedLength
        ? `${name} holds no sound: its header promises ${data.promisedLength.toLocaleString('en')} bytes, but the file ends where they should begin (byte ${data.start}); record it again.`
        : `${name} holds no sound: ${data ? `its data chunk (byte ${data.start}) is empty` : `there is no data chunk in its ${view.byteLength.toLocaleString('en')} bytes`}; record it again.`,
    );
  return { format, data };
}

function checkHeader(view: DataView, name: string): void {
  const refuse = (what: string): never => {
    throw new HeedError('wav-format', `${name} ${what}; nothing was changed.`);
  };
  if (view.byteLength === 0) refuse('is empty: it has not a single byte, so there is no sound to read');
  const magic = text(view, 0, 4);
  if (view.byteLength < HEADER_LENGTH && 'RIFF'.startsWith(magic))
    refuse(`is cut off: it ends at byte ${view.byteLength}, inside a WAV file's header, so there is no sound to read`);
  const kind = text(view, 8, 4);
  if (['RIFF', 'RF64', 'BW64'].includes(magic) && kind === 'WAVE') return;
  const other = OTHER_FILES.find(([offset, start]) => text(view, offset, start.length) === start);
  if (other) refuse(`is ${other[2]}, not a WAV file that Heed can read; convert it to WAV first`);
  if (magic === 'RIFF') refuse(`is no WAV file: it is a RIFF file of the kind ${quoted(kind)}, at byte 8`);
  refuse(`is no WAV file: it begins with ${quoted(text(view, 0, 12))}, where RIFF should stand`);
}

/**
 * The sound. A recorder that died before it could fill in the size leaves 0 there, with the sound behind it: where what
 * follows an empty chunk is no chunk, it is taken for that sound.
 */
function soundChunk(view: DataView, start: number, length: number, promised: number | undefined): WavChunk {
  const rest = view.byteLength - start;
  if (promised === 0 && rest > 0 && !isChunk(view, start)) return { start, length: rest, promisedLength: undefined };
  return { start, length, promisedLength: promised };
}

/** Where the chunk after one that ends at `end` begins: on an even byte, unless the writer forgot the padding. */
function nextChunk(view: DataView, end: number): number {
  if (end % 2 === 0) return end;
  return isChunk(view, end) && !isChunk(view, end + 1) ? end : end + 1;
}

/** Whether a chunk could begin here: four printable characters, and a size that the file can hold. */
function isChunk(view: DataView, position: number): boolean {
  if (position + CHUNK_HEADER_LENGTH > view.byteLength) return false;
  if (!/^[ -~]{4}$/.test(text(view, position, 4))) return false;
  return position + CHUNK_HEADER_LENGTH + view.getUint32(position + 4, true) <= view.byteLength;
}

/** The bytes as Latin-1 characters, as far as the file goes. */
function text(view: DataView, start: number, length: number): string {
  let characters = '';
  for (let i = start; i < Math.min(start + length, view.byteLength); i++)
    characters += String.fromCharCode(view.getUint8(i));
  return characters;
}

/** Fit to be shown: anything that is not a printable ASCII character becomes a point. */
function quoted(characters: string): string {
  return `“${characters.replace(/[^ -~]/g, '.')}”`;
}
