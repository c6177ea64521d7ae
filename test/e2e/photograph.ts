import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 900, height: 600 },
];
const SCHEMES = ['light', 'dark'] as const;

/** Where pictures of the screens are left, to be looked at. */
export const SCREENSHOTS = process.env['HEED_SCREENSHOTS'] ?? join(tmpdir(), 'heed-screenshots');

/**
 * Takes pictures of a screen, large and small, light and dark. What a machine can check of them is that nothing sticks
 * out sideways: a screen may scroll up and down only, and a table within its own room.
 */
export async function photograph(page: Page, state: string): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const colorScheme of SCHEMES)
    for (const size of SIZES) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(size);
      await page.screenshot({ path: join(SCREENSHOTS, `${state}-${colorScheme}-${size.width}x${size.height}.png`) });
      expect(await sidewaysOverflow(page), `${state}, ${size.width}×${size.height}`).toEqual([]);
    }
}

/** What can be scrolled sideways, but for tables. */
async function sidewaysOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /* eslint-disable @typescript-eslint/no-explicit-any -- runs in the page; tests are checked without the DOM */
    const { document, getComputedStyle } = globalThis as any;
    return [...document.querySelectorAll('#root, #root *')]
      .filter((element: any) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
      .filter((element: any) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX))
      .filter((element: any) => !element.querySelector('table'))
      .map((element: any) => `${element.tagName}.${element.className}`);
  });
}
