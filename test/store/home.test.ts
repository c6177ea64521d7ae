import { describe, expect, it } from 'vitest';
import { userDataFolder, type Surroundings } from '../../src/store/home.ts';

const on = (platform: NodeJS.Platform, environment: Surroundings['environment'] = {}): string =>
  userDataFolder({ platform, environment, homeFolder: '/home/ada' });

describe('userDataFolder', () => {
  it('lies where each platform keeps such data', () => {
    expect(on('linux')).toBe('/home/ada/.local/share/heed');
    expect(on('darwin')).toBe('/home/ada/Library/Application Support/Heed');
    expect(on('win32').replaceAll('\\', '/')).toBe('/home/ada/AppData/Roaming/Heed');
  });

  it('follows XDG_DATA_HOME where that is an absolute path', () => {
    expect(on('linux', { XDG_DATA_HOME: '/data' })).toBe('/data/heed');
    expect(on('linux', { XDG_DATA_HOME: 'data' })).toBe('/home/ada/.local/share/heed');
    expect(on('linux', { XDG_DATA_HOME: '' })).toBe('/home/ada/.local/share/heed');
  });

  it('is HEED_HOME wherever that is set', () => {
    for (const platform of ['linux', 'darwin'] as const) expect(on(platform, { HEED_HOME: '/tmp/x' })).toBe('/tmp/x');
  });
});
