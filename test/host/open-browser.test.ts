import { describe, expect, it } from 'vitest';
import { browserCommand } from '../../src/host/open-browser.ts';

const url = 'http://127.0.0.1:7433/#token=x';

describe('browserCommand', () => {
  it("opens the address with each platform's own opener", () => {
    expect(browserCommand(url, 'darwin', {})).toEqual({ command: 'open', arguments: [url] });
    expect(browserCommand(url, 'win32', {})).toEqual({ command: 'cmd', arguments: ['/c', 'start', '""', url] });
    expect(browserCommand(url, 'linux', { DISPLAY: ':0' })).toEqual({ command: 'xdg-open', arguments: [url] });
    expect(browserCommand(url, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })?.command).toBe('xdg-open');
  });

  it('opens nothing on a Linux without a screen, or where the user wants none', () => {
    expect(browserCommand(url, 'linux', {})).toBeNull();
    expect(browserCommand(url, 'darwin', { HEED_NO_BROWSER: '1' })).toBeNull();
  });
});
