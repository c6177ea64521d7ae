import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { HeedError } from '../../errors.ts';
import type { ExportSettings } from '../../model/export/forms.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import type { CallOutput, ParsedInput } from '../contract/calls.ts';
import type { LoadedModel } from './model-library.ts';

/** Files by name. */
type Files = ReadonlyMap<string, Uint8Array | string>;

/** What the model is called in a folder of examples. */
const MODEL_NAME = 'model.onnx';
const ENDING = '.onnx';

/**
 * A model as an ONNX file for other programs, run beside our own network in ONNX Runtime before anybody gets it.
 * @throws {HeedError} export-differs where the two disagree
 */
async function checkedExport(
  { model }: LoadedModel,
  settings: ExportSettings,
  backend: ComputeBackend,
): Promise<{ bytes: Uint8Array<ArrayBuffer>; maxDifference: number }> {
  const { writeExport } = await import('../../model/export/write-export.ts');
  const { verifyExport } = await import('../../model/export/verify-export.ts');
  const bytes = writeExport(model, settings);
  const { maxDifference } = await verifyExport(bytes, model, settings, backend);
  return { bytes, maxDifference };
}

/**
 * Exports a model to a file, and to a folder with examples unless the file is all that is wanted.
 * @throws {HeedError} usage where the folder holds something already; export-differs; file-unwritable. Whatever stood at
 *   `out` is untouched then
 */
export async function exportToFile(
  loaded: LoadedModel,
  { out, folder, fileOnly, ...settings }: Omit<ParsedInput<'export'>, 'model'>,
  backend: ComputeBackend,
): Promise<CallOutput<'export'>> {
  if (folder !== undefined) await refuseFilled(folder);
  const { bytes, maxDifference } = await checkedExport(loaded, settings, backend);
  await writeAtomically(out, bytes);
  const written = { file: out, bytes: bytes.length, maxDifference };
  if (fileOnly) return { ...written, folder: null };
  const files = await folderFiles(loaded, settings, bytes);
  const filled = folder ?? (await folderBeside(out, files));
  for (const [name, contents] of files) await writeAtomically(join(filled, name), contents);
  return { ...written, folder: filled };
}

/**
 * Exports a model for a window, which saves it: the file, or a zip of the folder with examples.
 * @throws {HeedError} export-differs
 */
export async function exportForWindow(
  loaded: LoadedModel,
  { examples, ...settings }: Omit<ParsedInput<'models.export'>, 'modelId'>,
  backend: ComputeBackend,
): Promise<CallOutput<'models.export'>> {
  const { bytes, maxDifference } = await checkedExport(loaded, settings, backend);
  const name = exportName(loaded.id, settings);
  if (!examples) return { fileName: `${name}.onnx`, bytes, maxDifference };
  const files = await folderFiles(loaded, settings, bytes);
  return { fileName: `${name}.zip`, bytes: await zipOf(name, files), maxDifference };
}

/** What an export is called, by the model's id: `heed-en-stream-audio-int8`. */
function exportName(id: string, { form, int8 }: ExportSettings): string {
  return `${basename(id, '.onnx')}-${form}${int8 ? '-int8' : ''}`;
}

async function folderFiles({ model }: LoadedModel, { form }: ExportSettings, bytes: Uint8Array): Promise<Files> {
  const { exampleFiles } = await import('../../model/export/examples/example-files.ts');
  return new Map<string, Uint8Array | string>([[MODEL_NAME, bytes], ...exampleFiles(model, form)]);
}

/**
 * The folder for an export's examples where none was named: of the file's name, with a number behind it where that is taken.
 * A folder with the same examples is filled again, as only the model in it is another.
 */
async function folderBeside(file: string, files: Files): Promise<string> {
  const name = file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : `${file}-examples`;
  for (let number = 1; ; number++) {
    const folder = number === 1 ? name : `${name}-${number}`;
    const present = await namesIn(folder);
    if (present?.length === 0 || (present && (await holdsExamples(folder, files)))) return folder;
  }
}

/** Whether all examples are there, and nobody has changed one. */
async function holdsExamples(folder: string, files: Files): Promise<boolean> {
  for (const [name, contents] of files) {
    if (name === MODEL_NAME) continue;
    const present = await readFile(join(folder, name)).catch(() => undefined);
    if (!present?.equals(Buffer.from(contents))) return false;
  }
  return true;
}

/** The names in a folder, none where it does not exist yet; undefined where this is no folder. */
async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    if (code === 'ENOTDIR') return undefined;
    throw new HeedError('usage', `${folder} is not a folder that can be filled; name a new one.`, { cause: error });
  }
}

/** Examples that somebody changed must not be written over. */
async function refuseFilled(folder: string): Promise<void> {
  const present = await namesIn(folder);
  if (!present) throw new HeedError('usage', `${folder} is not a folder that can be filled; name a new one.`);
  if (present.length > 0)
    throw new HeedError('usage', `${folder} holds something already, and nothing was written; name a new folder.`);
}

/** The files as a zip, in a folder of this name. */
async function zipOf(folder: string, files: Files): Promise<Uint8Array> {
  const { ZipFile } = await import('yazl');
  const zip = new ZipFile();
  for (const [name, contents] of files) zip.addBuffer(Buffer.from(contents), `${folder}/${name}`);
  zip.end();
  const pieces: Uint8Array[] = [];
  for await (const piece of zip.outputStream as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}
