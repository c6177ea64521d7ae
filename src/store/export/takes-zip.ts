import { readFile } from 'node:fs/promises';
import { Readable, type PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';
import { HeedError } from '../../errors.ts';

/** A take on its way out. */
export interface ExportedTake {
  readonly id: string;
  readonly label: string;
  readonly path: string;
}

/**
 * A zip of takes in the Speech Commands layout, `<label>/<id>.wav`, in pieces; one take at a time is in memory. Written
 * by yazl, with ZIP64 where it is needed.
 *
 * @param onTake  told how many takes are in, before each next one
 * @throws {HeedError} file-unreadable where a take cannot be read: the zip is of no use then
 */
export async function* zipTakes(
  takes: readonly ExportedTake[],
  onTake: (done: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const zip = new ZipFile();
  const output = zip.outputStream as PassThrough;
  let done = 0;
  for (const { id, label, path } of takes)
    zip.addReadStreamLazy(`${label}/${id}.wav`, (give) => {
      onTake(done++);
      readFile(path).then(
        (bytes) => give(null, Readable.from([bytes])),
        (error: Error) => output.destroy(error),
      );
    });
  zip.end();
  try {
    yield* output as AsyncIterable<Buffer>;
    onTake(done);
  } catch (error) {
    throw new HeedError(
      'file-unreadable',
      `The zip was not finished, because a take could not be read: ${(error as Error).message}. Your takes are as they were; try again.`,
      { cause: error },
    );
  } finally {
    output.destroy();
  }
}
