import { describe, expect, it } from 'vitest';
import { isOwnRequest } from '../../../src/host/studio/own-requests.ts';

const host = '127.0.0.1:7433';

describe('isOwnRequest', () => {
  it("takes this server's own pages, by either name of this computer", () => {
    expect(isOwnRequest({ host }, 7433, false)).toBe(true);
    expect(isOwnRequest({ host, origin: `http://${host}` }, 7433, true)).toBe(true);
    expect(isOwnRequest({ host: 'localhost:7433', origin: 'http://localhost:7433' }, 7433, true)).toBe(true);
  });

  it('refuses a foreign name that points here, another port and a missing Host', () => {
    for (const foreign of ['evil.test', 'evil.test:7433', '127.0.0.1', '127.0.0.1:80', '0.0.0.0:7433', '', undefined]) {
      expect(isOwnRequest({ host: foreign }, 7433, false)).toBe(false);
    }
  });

  it('refuses a foreign origin, also one that only looks alike', () => {
    const foreign = ['http://evil.test', 'https://127.0.0.1:7433', 'http://127.0.0.1:74330', 'null', ''];
    for (const origin of foreign) expect(isOwnRequest({ host, origin }, 7433, false)).toBe(false);
    expect(isOwnRequest({ host, origin: 'http://localhost:7433' }, 7433, true)).toBe(false);
  });

  it('wants an origin for a WebSocket, and none for a plain page', () => {
    expect(isOwnRequest({ host }, 7433, true)).toBe(false);
  });
});
