import { describe, expect, it } from 'vitest';
import { electronArguments, runElectron } from '../../../src/host/start/run-electron.ts';

describe('electronArguments', () => {
  it("turns Chromium's sandbox off for root on Linux, and for nobody else", () => {
    expect(electronArguments('/app', 'linux', 0)).toEqual(['/app', '--no-sandbox']);
    expect(electronArguments('/app', 'linux', 1000)).toEqual(['/app']);
    expect(electronArguments('/app', 'darwin', 0)).toEqual(['/app']);
    expect(electronArguments('/app', 'win32', undefined)).toEqual(['/app']);
  });
});

describe('runElectron', () => {
  it('tells a shell that was closed from one that never came up', async () => {
    expect(await runElectron(process.execPath, ['-e', ''])).toEqual({ exitCode: 0 });
    expect(await runElectron(process.execPath, ['-e', 'process.exit(7)'])).toEqual({ failed: 'it ended with code 7' });
    const missing = await runElectron('/nowhere/electron', []);
    expect(missing).toEqual({ failed: expect.stringContaining('ENOENT') });
  });
});
