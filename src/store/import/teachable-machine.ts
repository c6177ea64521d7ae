import { z } from 'zod';

/**
 * The samples of one class of a Teachable Machine audio project. Its download is a zip of the recordings (WebM) with a
 * `samples.json` beside them: a list with one object for each sample, which names its recording's file and where in it
 * the sample lies, in seconds, and holds its spectrogram as `frequencyFrames`. Nothing is documented, so whatever names
 * a file that is there counts as its name.
 */
export interface TeachableSamples {
  readonly samples: readonly TeachableSample[];
  /** Samples that come without a recording: spectrograms alone. */
  readonly soundless: number;
}

export interface TeachableSample {
  /** Path of the recording within the zip. */
  readonly path: string;
  /** The sample's part of it; undefined: all of it. */
  readonly partMs: { readonly start: number; readonly end: number } | undefined;
}

const listing = z.union([
  z.array(z.record(z.string(), z.unknown())),
  z.object({ samples: z.array(z.record(z.string(), z.unknown())) }).transform(({ samples }) => samples),
]);

/** Whether a file of a zip is such a list. */
export function isSampleList(path: string): boolean {
  return /(^|\/)samples?\.json$/i.test(path);
}

/** Whether the files of a zip are a trained Teachable Machine model, which holds no recordings. */
export function isTeachableModel(paths: readonly string[]): boolean {
  const names = new Set(paths.map((path) => path.split('/').at(-1)));
  return names.has('model.json') && names.has('metadata.json');
}

/**
 * Reads such a list.
 * @param listPath  where it lies in the zip; the files it names are looked for beside it
 * @param paths  the files of the zip
 * @returns null where it is none
 */
export function readSampleList(text: string, listPath: string, paths: ReadonlySet<string>): TeachableSamples | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const parsed = listing.safeParse(value);
  if (!parsed.success) return null;
  const folder = listPath.slice(0, listPath.lastIndexOf('/') + 1);
  const samples: TeachableSample[] = [];
  let soundless = 0;
  for (const entry of parsed.data) {
    const path = Object.values(entry)
      .filter((field) => typeof field === 'string')
      .map((field) => [folder + field, field].find((candidate) => paths.has(candidate)))
      .find((found) => found !== undefined);
    if (path !== undefined) samples.push({ path, partMs: partOf(entry) });
    else if ('frequencyFrames' in entry) soundless++;
  }
  return { samples, soundless };
}

function partOf({ startTime, endTime }: Record<string, unknown>): TeachableSample['partMs'] {
  if (typeof startTime !== 'number' || typeof endTime !== 'number') return undefined;
  if (!(startTime >= 0 && endTime > startTime && Number.isFinite(endTime))) return undefined;
  return { start: 1000 * startTime, end: 1000 * endTime };
}
