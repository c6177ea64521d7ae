import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scanForWavFiles, scanLabelledFolder, unreadableFolder } from '../../src/training/scan-folder.ts';
import { temporaryFolder } from './sound-folders.ts';

async function folderWith(...paths: string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const path of paths) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
  }
  return folder;
}

it('lists the WAV files of labelled folders in order, and nothing else', async () => {
  const folder = await folderWith(
    'yes/b.wav',
    'yes/a.WAV',
    'yes/notes.txt',
    'yes/._a.wav',
    'no/c.wav',
    '_silence_/d.wav',
    '_background_noise_/noise.wav',
    '.git/x.wav',
    'README.md',
    'stray.wav',
  );
  const { clips } = await scanLabelledFolder(folder);
  expect(clips.map(({ word, fileName }) => `${word}/${fileName}`)).toEqual([
    '_silence_/d.wav',
    'no/c.wav',
    'yes/a.WAV',
    'yes/b.wav',
  ]);
});

it('reads the lists of Speech Commands', async () => {
  const folder = await folderWith('yes/a.wav');
  await writeFile(join(folder, 'validation_list.txt'), 'yes/a.wav\r\nno/b.wav\n\n');
  const listing = await scanLabelledFolder(folder);
  expect([...listing.validationList]).toEqual(['yes/a.wav', 'no/b.wav']);
  expect(listing.testingList.size).toBe(0);
});

it('says what is wrong with a folder that is missing, empty, flat, or a file', async () => {
  const folder = await temporaryFolder();
  await expect(scanLabelledFolder(join(folder, 'gone'))).rejects.toMatchObject({ code: 'file-missing' });
  await expect(scanLabelledFolder(folder)).rejects.toThrow(/holds no clips/);
  const flat = await folderWith('a.wav');
  await expect(scanLabelledFolder(flat)).rejects.toThrow(/no labelled folders/);
  await expect(scanLabelledFolder(join(flat, 'a.wav'))).rejects.toMatchObject({ code: 'file-unreadable' });
  const hollow = await folderWith('yes/readme.txt');
  await expect(scanLabelledFolder(hollow)).rejects.toThrow(/holds no clips/);
});

it('tells a person who may not read a folder to change its permissions', () => {
  const error = unreadableFolder('/sounds', Object.assign(new Error('EACCES'), { code: 'EACCES' }));
  expect(error.code).toBe('file-unreadable');
  expect(error.message).toBe('The folder /sounds cannot be read: you are not allowed to; change its permissions.');
});

it('finds WAV files in folders within folders', async () => {
  const folder = await folderWith('a.wav', 'rain/b.wav', 'rain/night/c.wav', 'rain/list.txt');
  const found = await scanForWavFiles(folder);
  expect(found).toEqual(['a.wav', 'rain/b.wav', 'rain/night/c.wav'].map((path) => join(folder, path)));
});
