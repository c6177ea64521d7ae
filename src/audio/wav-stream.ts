import { findWavChunksInHead, type WavChunks } from './wav-chunks.ts';
import { readWavFormat, type WavFormat } from './wav-format.ts';
import { countSamples, mixDown } from './wav-read.ts';

/** A file, or anything else whose bytes can be read from any place. */
export interface ByteSource {
  readonly byteLength: number;
  /** The bytes `[position, position + length)`, all of them within the source. */
  read(position: number, length: number): Promise<Uint8Array>;
}

/** A long recording, read piece by piece: its memory is that of one piece. */
export interface WavStream {
  readonly sampleRateHz: number;
  /** Samples of all channels together, at that rate. */
  readonly sampleCount: number;
  /** One sentence for each thing that was wrong with the file and can be read all the same. */
  readonly warnings: readonly string[];
  /**
   * All of the sound, channels mixed down to one, in order; what {@link readWav} gives for the whole file.
   * @param pieceLength  samples in each piece but the last
   * @throws {HeedError} `sound-invalid` at the first sample that is not finite; what the source throws
   */
  pieces(pieceLength: number): AsyncGenerator<Float32Array>;
}

/** Enough for the headers of all but a few files. */
const FIRST_HEAD_LENGTH = 64 * 1024;

/**
 * Opens a WAV file for reading piece by piece; the same files are taken, with the same warnings, as by {@link readWav}.
 *
 * A file whose format stands behind its sound, which no known program writes, is read into memory up to there.
 *
 * @param name  what to call it in errors and warnings
 * @throws {HeedError} `wav-format` or `sound-invalid` as there; what the source throws
 */
export async function openWavStream(source: ByteSource, name: string): Promise<WavStream> {
  const { chunks, format, warnings } = await readHead(source, name);
  const sampleCount = countSamples(chunks.data, format, name, warnings);
  const blockLength = (format.channelCount * format.bitsPerSample) / 8;
  return {
    sampleRateHz: format.sampleRateHz,
    sampleCount,
    warnings,
    async *pieces(pieceLength) {
      for (let sample = 0; sample < sampleCount; sample += pieceLength) {
        const count = Math.min(pieceLength, sampleCount - sample);
        const byte = chunks.data.start + sample * blockLength;
        const view = viewOf(await source.read(byte, count * blockLength));
        yield mixDown(view, 0, count, format, { name, byte, sample });
      }
    },
  };
}

async function readHead(
  source: ByteSource,
  name: string,
): Promise<{ chunks: WavChunks; format: WavFormat; warnings: string[] }> {
  let length = Math.min(FIRST_HEAD_LENGTH, source.byteLength);
  for (;;) {
    const head = viewOf(await source.read(0, length));
    const chunks = findWavChunksInHead(head, source.byteLength, name);
    const needed = 'headLength' in chunks ? chunks.headLength : chunks.format.start + chunks.format.length;
    if (!('headLength' in chunks) && needed <= head.byteLength) {
      const warnings: string[] = [];
      const format = readWavFormat(head, chunks.format.start, chunks.format.length, name, warnings);
      return { chunks, format, warnings };
    }
    // At least doubled, so that many small chunks are not a read each.
    length = Math.min(source.byteLength, Math.max(needed, 2 * length));
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
