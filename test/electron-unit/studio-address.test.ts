import { describe, expect, it } from 'vitest';
import { isStudioUrl, STUDIO_URL } from '../../electron/studio-address.ts';

describe('isStudioUrl', () => {
  it("knows the studio's page and its origin", () => {
    for (const url of [STUDIO_URL, 'heed://studio', 'heed://studio/', 'heed://studio/assets/x.js']) {
      expect(isStudioUrl(url)).toBe(true);
    }
  });

  it('takes nothing else for the studio', () => {
    const foreign = [
      'heed://other/',
      'heed://studio.evil.test/',
      'https://studio/',
      'file:///index.html',
      'about:blank',
    ];
    for (const url of [...foreign, 'null', '', undefined]) expect(isStudioUrl(url)).toBe(false);
  });

  it('takes the development server for the studio only where one is named', () => {
    expect(isStudioUrl('http://localhost:5173/', 'http://localhost:5173')).toBe(true);
    expect(isStudioUrl('http://localhost:5174/', 'http://localhost:5173')).toBe(false);
    expect(isStudioUrl('http://localhost:5173/')).toBe(false);
  });
});
