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

/** Where the format and the sound of a WAV file lie. */
export interface WavChunks {
  readonly format: WavChunk;
  readonly data: WavChunk;
}

const HEADER_LENGTH = 12;
const CHUNK_HEADER_LENGTH = 8;

/** What is looked at from where a chunk begins: its header, a ds64 body, and a header one byte further. */
const LOOK_AHEAD = 32;

/** The first bytes of a file, and how many it has in all. */
interface FileHead {
  readonly view: DataView;
  readonly byteLength: number;
}

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
export function findWavChunks(view: DataView, name: string): WavChunks {
  const found = findWavChunksInHead(view, view.byteLength, name);
  // A head that is the whole file lacks nothing.
  if ('headLength' in found) throw new HeedError('internal', `The chunks of ${name} were not found.`);
  return found;
}

/**
 * As {@link findWavChunks}, from the first bytes of a file only: a long recording need not be in memory for it.
 *
 * @param head  the file's first bytes
 * @param fileLength  bytes of the whole file
 * @returns the chunks; or how many of the first bytes are needed, always more than were given
 * @throws {HeedError} `wav-format` as there
 */
export function findWavChunksInHead(
  head: DataView,
  fileLength: number,
  name: string,
): WavChunks | { readonly headLength: number } {
  const file: FileHead = { view: head, byteLength: fileLength };
  const lacks = (end: number): boolean => Math.min(end, fileLength) > head.byteLength;
  if (lacks(HEADER_LENGTH)) return { headLength: HEADER_LENGTH };
  checkHeader(file, name);
  let format: WavChunk | undefined;
  let data: WavChunk | undefined;
  let longLength: number | undefined;
  let position = HEADER_LENGTH;
  while (position + CHUNK_HEADER_LENGTH <= fileLength && !(format && data)) {
    if (lacks(position + LOOK_AHEAD)) return { headLength: Math.min(fileLength, position + LOOK_AHEAD) };
    const id = text(head, position, 4);
    const start = position + CHUNK_HEADER_LENGTH;
    const written = head.getUint32(position + 4, true);
    const promised = written === UNKNOWN_LENGTH ? longLength : written;
    const length = Math.min(promised ?? Infinity, fileLength - start);
    if (id === 'fmt ') format ??= { start, length, promisedLength: promised };
    else if (id === 'data') data ??= soundChunk(file, start, length, promised);
    else if (id === 'ds64' && length >= 16) longLength = Number(head.getBigUint64(start + 8, true));
    if (format && data) break;
    const end = start + length;
    if (lacks(end + LOOK_AHEAD)) return { headLength: Math.min(fileLength, end + LOOK_AHEAD) };
    position = nextChunk(file, end);
  }
  if (!format)
    throw new HeedError(
      'wav-format',
      `${name} cannot be read: in its ${fileLength.toLocaleString('en')} bytes there is no format header (fmt chunk), so the recording is cut off; nothing was changed.`,
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
        : `${name} holds no sound: ${data ? `its data chunk (byte ${data.start}) is empty` : `there is no data chunk in its ${fileLength.toLocaleString('en')} bytes`}; record it again.`,
    );
  return { format, data };
}

function checkHeader({ view, byteLength }: FileHead, name: string): void {
  const refuse = (what: string): never => {
    throw new HeedError('wav-format', `${name} ${what}; nothing was changed.`);
  };
  if (byteLength === 0) refuse('is empty: it has not a single byte, so there is no sound to read');
  const magic = text(view, 0, 4);
  if (byteLength < HEADER_LENGTH && 'RIFF'.startsWith(magic))
    refuse(`is cut off: it ends at byte ${byteLength}, inside a WAV file's header, so there is no sound to read`);
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
function soundChunk(file: FileHead, start: number, length: number, promised: number | undefined): WavChunk {
  const rest = file.byteLength - start;
  if (promised === 0 && rest > 0 && !isChunk(file, start)) return { start, length: rest, promisedLength: undefined };
  return { start, length, promisedLength: promised };
}

/** Where the chunk after one that ends at `end` begins: on an even byte, unless the writer forgot the padding. */
function nextChunk(file: FileHead, end: number): number {
  if (end % 2 === 0) return end;
  return isChunk(file, end) && !isChunk(file, end + 1) ? end : end + 1;
}

/** Whether a chunk could begin here: four printable characters, and a size that the file can hold. */
function isChunk({ view, byteLength }: FileHead, position: number): boolean {
  if (position + CHUNK_HEADER_LENGTH > byteLength) return false;
  if (!/^[ -~]{4}$/.test(text(view, position, 4))) return false;
  return position + CHUNK_HEADER_LENGTH + view.getUint32(position + 4, true) <= byteLength;
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
