import { basename } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import type { ExportSettings } from '../../model/export/forms.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import type { CallOutput } from '../contract/calls.ts';
import type { LoadedModel } from './model-library.ts';

/** An export in memory, with how far its logits are from Heed's own. */
export interface CheckedExport {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly maxDifference: number;
}

/**
 * A model as an ONNX file for other programs, run beside our own network in ONNX Runtime before anybody gets it.
 * @throws {HeedError} export-differs where the two disagree
 */
export async function exportModel(
  { model }: LoadedModel,
  settings: ExportSettings,
  backend: ComputeBackend,
): Promise<CheckedExport> {
  const { writeExport } = await import('../../model/export/write-export.ts');
  const { verifyExport } = await import('../../model/export/verify-export.ts');
  const bytes = writeExport(model, settings);
  const { maxDifference } = await verifyExport(bytes, model, settings, backend);
  return { bytes, maxDifference };
}

/**
 * The same, to a file.
 * @throws {HeedError} export-differs, file-unwritable; in either case whatever stood at `out` is untouched
 */
export async function exportToFile(
  loaded: LoadedModel,
  settings: ExportSettings,
  out: string,
  backend: ComputeBackend,
): Promise<CallOutput<'export'>> {
  const { bytes, maxDifference } = await exportModel(loaded, settings, backend);
  await writeAtomically(out, bytes);
  return { file: out, bytes: bytes.length, maxDifference };
}

/** What an export is called, by the model's id: `heed-en-stream-audio-int8.onnx`. */
export function exportFileName(id: string, { form, int8 }: ExportSettings): string {
  return `${basename(id, '.onnx')}-${form}${int8 ? '-int8' : ''}.onnx`;
}
