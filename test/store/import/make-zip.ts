import { ZipFile, type Options } from 'yazl';

export interface ZippedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly options?: Partial<Options>;
}

/** A zip of these files. */
export async function makeZip(files: readonly ZippedFile[], forceZip64 = false): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { path, bytes, options } of files)
    zip.addBuffer(Buffer.from(bytes), path, { ...options, ...(forceZip64 ? { forceZip64Format: true } : {}) });
  zip.end(forceZip64 ? { forceZip64Format: true, comment: '' } : undefined);
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The zip with every occurrence of a name replaced by another one of the same length: names that no packer would write. */
export function renameInZip(zip: Buffer, from: string, to: string): Buffer {
  if (Buffer.byteLength(from) !== Buffer.byteLength(to)) throw new Error('The names must have the same length.');
  const renamed = Buffer.from(zip);
  for (let at = renamed.indexOf(from); at !== -1; at = renamed.indexOf(from, at + 1)) renamed.write(to, at);
  return renamed;
}

/** The zip with one field of its first central directory record changed. @param offset  as in APPNOTE.TXT 4.3.12 */
export function patchCentralRecord(zip: Buffer, offset: number, value: number, width: 2 | 4): Buffer {
  const patched = Buffer.from(zip);
  const record = patched.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
  if (width === 2) patched.writeUInt16LE(value, record + offset);
  else patched.writeUInt32LE(value, record + offset);
  return patched;
}
