import { describe, expect, it, vi } from 'vitest';
import { allowsCheck, allowsRequest, guardPermissions } from '../../electron/permissions.ts';

vi.mock('electron', () => ({ systemPreferences: { askForMediaAccess: () => Promise.resolve(true) } }));

const isStudio = (url: string | undefined): boolean => url?.startsWith('heed://studio') ?? false;
const requestingUrl = 'heed://studio/index.html';

describe('a request for a permission', () => {
  it('is granted to the studio for the microphone', () => {
    expect(allowsRequest(isStudio, 'media', { requestingUrl, mediaTypes: ['audio'] })).toBe(true);
  });

  it('is refused for a camera, for both, and for media of no kind', () => {
    for (const mediaTypes of [['video'], ['audio', 'video'], [], undefined]) {
      expect(allowsRequest(isStudio, 'media', { requestingUrl, mediaTypes })).toBe(false);
    }
  });

  it('is refused to every other page', () => {
    for (const foreign of ['https://evil.test/', undefined]) {
      expect(allowsRequest(isStudio, 'media', { requestingUrl: foreign, mediaTypes: ['audio'] })).toBe(false);
    }
  });

  it('is refused for everything but media', () => {
    for (const permission of ['geolocation', 'notifications', 'clipboard-read', 'fullscreen', 'openExternal', 'hid']) {
      expect(allowsRequest(isStudio, permission, { requestingUrl, mediaTypes: ['audio'] })).toBe(false);
    }
  });
});

describe('a check of a permission', () => {
  it('says yes to the studio about the microphone, and no to all else', () => {
    expect(allowsCheck(isStudio, 'media', 'heed://studio', { mediaType: 'audio' })).toBe(true);
    expect(allowsCheck(isStudio, 'media', 'heed://studio', { mediaType: 'video' })).toBe(false);
    expect(allowsCheck(isStudio, 'media', 'heed://studio', {})).toBe(false);
    expect(allowsCheck(isStudio, 'media', 'https://evil.test', { mediaType: 'audio' })).toBe(false);
    expect(allowsCheck(isStudio, 'usb', 'heed://studio', { mediaType: 'audio' })).toBe(false);
  });
});

describe('guardPermissions', () => {
  it('decides every request, check and device by these rules', async () => {
    const session = {
      setPermissionRequestHandler: vi.fn(),
      setPermissionCheckHandler: vi.fn(),
      setDevicePermissionHandler: vi.fn(),
    };
    guardPermissions(session as never, isStudio);
    const request = session.setPermissionRequestHandler.mock.calls[0]![0];
    const ask = (permission: string): Promise<boolean> =>
      new Promise((decide) => request(null, permission, decide, { requestingUrl, mediaTypes: ['audio'] }));
    expect(await ask('media')).toBe(true);
    expect(await ask('geolocation')).toBe(false);
    const check = session.setPermissionCheckHandler.mock.calls[0]![0];
    expect(check(null, 'media', 'heed://studio', { mediaType: 'audio' })).toBe(true);
    expect(check(null, 'media', 'heed://studio', { mediaType: 'video' })).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0]![0]({})).toBe(false);
  });
});
