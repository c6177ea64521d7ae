import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export interface StudioFile {
  readonly contentType: string;
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** What a built studio consists of; a file of another kind is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
};

/**
 * One file of the built studio, or null where it has none of that name.
 *
 * @param folder  the built studio, `out/renderer`
 * @param urlPath  the path of the request, still percent-encoded; `/` is the page itself
 */
export async function readStudioFile(folder: string, urlPath: string): Promise<StudioFile | null> {
  const name = fileNameOf(urlPath);
  if (name === null) return null;
  const contentType = CONTENT_TYPES[extname(name)];
  if (contentType === undefined) return null;
  try {
    const root = await realpath(folder);
    // A link inside the folder may lead out of it, so what counts is where the file really lies.
    const file = await realpath(join(root, name));
    if (!file.startsWith(root + sep)) return null;
    return { contentType, contents: await readFile(file) };
  } catch {
    return null;
  }
}

/** The file that a request's path names below the folder, or null where it names none or tries to leave it. */
function fileNameOf(urlPath: string): string | null {
  let path: string;
  try {
    path = decodeURIComponent(urlPath);
  } catch {
    return null;
  }
  if (!path.startsWith('/') || path.includes('\0') || path.includes('\\') || path.includes(':')) return null;
  const parts = path.slice(1).split('/');
  if (parts.some((part) => part.startsWith('.'))) return null;
  return path === '/' ? 'index.html' : join(...parts);
}
