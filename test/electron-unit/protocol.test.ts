import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { studioResponse } from '../../electron/protocol.ts';

vi.mock('electron', () => ({ protocol: {} }));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heed-protocol-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
});

afterAll(() => rm(folder, { recursive: true }));

const ask = (url: string, method = 'GET'): Promise<Response> => studioResponse(new Request(url, { method }), folder);

describe('the studio under heed://', () => {
  it('is served with its type and its policy', async () => {
    const response = await ask('heed://studio/index.html');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'self';.*connect-src 'self';/);
    expect(await response.text()).toBe('<!doctype html>');
  });

  it('is 404 under another host, for another method, and for what it does not have, with the policy all the same', async () => {
    const asked = [ask('heed://other/index.html'), ask('heed://studio/index.html', 'POST'), ask('heed://studio/x.js')];
    for (const response of await Promise.all(asked)) {
      expect(response.status).toBe(404);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});
