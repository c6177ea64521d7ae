import { HeedError } from '../../../errors.ts';
import { comparisonPictures } from '../../../lab/compare/comparison-pictures.ts';
import { parallelCoordinates } from '../../../lab/search/parallel-coordinates.ts';
import { plotWords } from '../../../lab/tasks/text/sentiment.ts';
import { ranked } from '../../../lab/search/trials.ts';
import { z } from 'zod';
import { cellReach, comparedCell } from '../../contract/compare-calls.ts';
import { weighing } from '../../contract/compress-calls.ts';
import { scoredWord } from '../../contract/lab-calls.ts';
import { trialRecord, type TrialRecord } from '../../contract/search-calls.ts';
import { labResult, type LabResult, type LabResultOf } from '../../contract/studio-lab-schemas.ts';

const comparison = z.object({ cells: z.array(comparedCell).min(1), reach: z.array(cellReach) });
const search = z.object({ records: z.array(trialRecord).min(1), stopped: z.boolean().default(false) });
const lighter = z.array(weighing.extend({ name: z.string() })).min(1);
const compressed = z.object({ before: weighing, after: weighing });
/** The first row of a worked example; the others repeat what it carries. */
const exampleRow = z.object({ result: labResult });
const sentence = z.array(scoredWord).min(1);

/** A comparison's figures with its pictures. */
export function comparisonResult(figures: z.output<typeof comparison>): LabResultOf<'compare'> {
  const pictures = comparisonPictures(figures);
  // Through the schema, so that nothing is read-only that the contract says can be changed.
  return labResult.parse({ kind: 'compare', ...figures, pictures }) as LabResultOf<'compare'>;
}

/** A search's trials, best first, with their parallel coordinates. */
export function searchResult(records: readonly TrialRecord[], stopped: boolean): LabResultOf<'search'> {
  const result = { kind: 'search', records: ranked(records), coordinates: parallelCoordinates(records), stopped };
  return labResult.parse(result) as LabResultOf<'search'>;
}

/**
 * Reads results: a file that the studio saved, the `results.json` of a comparison or a search, or what `heed compare`,
 * `search`, `compress` or `lab` printed with `--json`, one value on each line.
 * @param name  of the file, for the message
 * @throws {HeedError} usage where it holds no such results
 */
export function readResult(bytes: Uint8Array, name: string): LabResult {
  const values = jsonValues(bytes);
  const last = values.at(-1);
  const saved = labResult.safeParse(last);
  if (saved.success) return saved.data;
  const compared = comparison.safeParse(last);
  if (compared.success) return comparisonResult(compared.data);
  const searched = search.safeParse(last);
  if (searched.success) return searchResult(searched.data.records, searched.data.stopped);
  const weighed = lighter.safeParse(values);
  if (weighed.success) return { kind: 'lighter', models: weighed.data };
  const lightened = compressed.safeParse(last);
  if (lightened.success) {
    const { before, after } = lightened.data;
    const models = [
      { name: 'before', ...before },
      { name: 'after', ...after },
    ];
    return { kind: 'lighter', models };
  }
  const example = exampleRow.safeParse(values[0]);
  if (example.success) return example.data.result;
  const scored = sentence.safeParse(values);
  if (scored.success) return labResult.parse({ kind: 'sentence', words: scored.data, plot: plotWords(scored.data) });
  throw new HeedError(
    'usage',
    `${name} holds no results of an experiment, and nothing was changed; open what was saved here, or what heed compare, search, compress or lab printed with --json.`,
  );
}

/** The value that a file is, or those on its lines; none where it is no JSON. */
function jsonValues(bytes: Uint8Array): unknown[] {
  const text = new TextDecoder().decode(bytes);
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => JSON.parse(line) as unknown);
    } catch {
      return [];
    }
  }
}
