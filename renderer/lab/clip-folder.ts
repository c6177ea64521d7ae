import type { EngineClient } from '../../src/engine/client.ts';
import type { PickedFile } from '../import/picked-files.ts';

/** A recording of a folder of labelled folders. */
export interface LabelledFile {
  readonly label: string;
  readonly name: string;
  readonly file: File;
}

/** As many are under way at once: reading one and writing another take turns. */
const AT_ONCE = 4;

/** The WAV files that lie in a folder named after their word; what lies elsewhere, or is no WAV, is left out. */
export function labelledFiles(files: readonly PickedFile[]): LabelledFile[] {
  return files.flatMap(({ path, file }) => {
    const parts = path.split('/');
    const [label, name] = parts.slice(-2);
    // root/word/file.wav at the least
    if (parts.length < 3 || label === undefined || name === undefined) return [];
    if (!/\.wav$/i.test(name) || label.startsWith('.') || name.startsWith('.')) return [];
    return [{ label, name, file }];
  });
}

/**
 * Hands the recordings of a folder to the engine, clip by clip.
 * @param onProgress  told how many are there
 * @throws {HeedError} what the engine says
 */
export async function handOver(
  engine: EngineClient,
  files: readonly LabelledFile[],
  onProgress: (done: number) => void,
): Promise<void> {
  await engine.call('lab.clips.begin', {});
  let [next, done] = [0, 0];
  const work = async (): Promise<void> => {
    for (let at = next++; at < files.length; at = next++) {
      const { label, name, file } = files[at]!;
      await engine.call('lab.clips.add', { label, name, bytes: new Uint8Array(await file.arrayBuffer()) });
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
