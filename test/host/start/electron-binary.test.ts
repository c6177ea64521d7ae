import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { causeOf, findElectron, installElectron } from '../../../src/host/start/electron-binary.ts';

let packageFolder: string;

beforeEach(async () => {
  packageFolder = await mkdtemp(join(tmpdir(), 'heed-electron-test-'));
  vi.stubEnv('ELECTRON_EXEC_PATH', undefined);
  vi.stubEnv('ELECTRON_OVERRIDE_DIST_PATH', undefined);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(packageFolder, { recursive: true });
});

const installer = (source: string): Promise<void> => writeFile(join(packageFolder, 'install.js'), source);

const writesBinary = `
  const fs = require('fs'), path = require('path');
  fs.mkdirSync(path.join(__dirname, 'dist'));
  fs.writeFileSync(path.join(__dirname, 'dist/electron'), '');
  fs.writeFileSync(path.join(__dirname, 'path.txt'), 'electron');
`;

describe('findElectron', () => {
  it('finds nothing before the binary was fetched, and nothing where only its path was noted', async () => {
    expect(findElectron(packageFolder)).toBeNull();
    await writeFile(join(packageFolder, 'path.txt'), 'electron');
    expect(findElectron(packageFolder)).toBeNull();
  });

  it('finds the binary that the package notes', async () => {
    await mkdir(join(packageFolder, 'dist'));
    await writeFile(join(packageFolder, 'dist', 'electron'), '');
    await writeFile(join(packageFolder, 'path.txt'), 'electron');
    expect(findElectron(packageFolder)).toBe(join(packageFolder, 'dist', 'electron'));
  });
});

describe('installElectron', () => {
  it('gives the binary that the installer fetched, having shown that it is at work', async () => {
    await installer(writesBinary);
    const show = vi.fn();
    expect(await installElectron(packageFolder, show)).toEqual({ path: join(packageFolder, 'dist', 'electron') });
    expect(show).toHaveBeenCalled();
  });

  it('says why where the installer fails', async () => {
    await installer(`console.error(new TypeError('fetch failed').stack); process.exit(1)`);
    const result = await installElectron(packageFolder, () => {});
    expect(result).toEqual({ missing: 'its binary could not be fetched: its download site cannot be reached' });
  });

  it('gives up where nothing comes, and leaves no installer behind', async () => {
    await installer(
      `require('fs').writeFileSync(__dirname + '/pid', String(process.pid)); setInterval(() => {}, 1000)`,
    );
    const result = await installElectron(packageFolder, () => {}, { firstByteMs: 1, stallMs: 60_000 });
    expect(result).toEqual({ missing: expect.stringContaining('nothing came') });
  });

  it('waits on while bytes come, and gives up when they stop', async () => {
    await installer(`
      const fs = require('fs'), path = require('path');
      fs.writeFileSync(path.join(process.env.TMPDIR, 'part'), Buffer.alloc(25e6));
      setInterval(() => {}, 1000);
    `);
    const show = vi.fn();
    const result = await installElectron(packageFolder, show, { firstByteMs: 60_000, stallMs: 1 });
    expect(result).toEqual({ missing: expect.stringContaining('stopped midway') });
    expect(show).toHaveBeenCalledWith(expect.stringContaining('20 of about 120 MB'));
  });

  it('says so where the package is missing', async () => {
    const result = await installElectron(join(packageFolder, 'nowhere'), () => {});
    expect(result).toEqual({ missing: 'the electron package is not installed' });
  });

  it('says so where the installer ends well without a binary that can be found', async () => {
    await installer('');
    await chmod(packageFolder, 0o755);
    expect(existsSync(join(packageFolder, 'path.txt'))).toBe(false);
    expect(await installElectron(packageFolder, () => {})).toHaveProperty('missing');
  });
});

describe('causeOf', () => {
  it('finds the innermost cause in a stack of errors', () => {
    const printed = `TypeError: fetch failed
    at node:internal/deps/undici/undici:14976:13 {
  [cause]: Error: getaddrinfo ENOTFOUND example.test
      at GetAddrInfoReqWrap.onlookup (node:dns:120:26) {`;
    expect(causeOf(printed)).toBe('getaddrinfo ENOTFOUND example.test');
  });

  it('says something even where nothing was printed', () => {
    expect(causeOf('')).toBe('the installer failed');
  });
});
