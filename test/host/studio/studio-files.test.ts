import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStudioFile } from '../../../src/host/studio/studio-files.ts';

let parent: string;
let studio: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'heed-studio-'));
  studio = join(parent, 'studio');
  await mkdir(join(studio, 'assets'), { recursive: true });
  await mkdir(join(parent, 'studio-beside'));
  await writeFile(join(studio, 'index.html'), '<!doctype html>');
  await writeFile(join(studio, 'assets', 'a b.js'), 'inside');
  await writeFile(join(studio, 'notes.txt'), 'inside');
  await writeFile(join(studio, '.env.js'), 'inside');
  await writeFile(join(parent, 'secret.js'), 'SECRET');
  await writeFile(join(parent, 'studio-beside', 'secret.js'), 'SECRET');
  await symlink(join(parent, 'secret.js'), join(studio, 'link.js'));
});

afterAll(() => rm(parent, { recursive: true }));

const read = async (path: string): Promise<string | null> => {
  const file = await readStudioFile(studio, path);
  return file && Buffer.from(file.contents).toString();
};

describe('readStudioFile', () => {
  it('gives the page for / and files with their type', async () => {
    expect(await readStudioFile(studio, '/')).toMatchObject({ contentType: 'text/html; charset=utf-8' });
    expect(await readStudioFile(studio, '/assets/a%20b.js')).toMatchObject({
      contentType: 'text/javascript; charset=utf-8',
      contents: Buffer.from('inside'),
    });
  });

  it('has no folders, no hidden files, no files of unknown kind and none that are not there', async () => {
    for (const path of ['/assets', '/assets/', '/.env.js', '/notes.txt', '/missing.js', '/%', '', 'index.html']) {
      expect(await read(path)).toBeNull();
    }
  });

  it('never leaves its folder: not by dots, encoded or not, nor by a link', async () => {
    const ways = [
      '/../secret.js',
      '/assets/../../secret.js',
      '/%2e%2e/secret.js',
      '/..%2fsecret.js',
      '/..%5csecret.js',
    ];
    for (const way of [...ways, '//../secret.js', '/../studio-beside/secret.js', '/link.js', '/secret.js%00.js']) {
      expect(await read(way)).toBeNull();
    }
  });

  it('never leaves its folder by any sequence of such pieces', async () => {
    const piece = fc.constantFrom('..', '.', '/', '//', '%2e', '%2f', '\\', '%5c', 'assets', 'secret.js', '%00', '~');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        return (await read(`/${pieces.join('')}`)) !== 'SECRET';
      }),
    );
  });
});
