import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
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
 * Takes pictures of a screen, large and small, light and dark, and in both kinds of high contrast: Heed's own, and a
 * system's that chooses all colours. What a machine can check of them is that nothing sticks
 * out sideways (a screen may scroll up and down only, and a table within its own room), and that axe finds nothing
 * serious: names, roles, contrast, order.
 *
 * @param options  `fits`: the screen is one that does not scroll, so that nothing may stick out below either
 */
export async function photograph(page: Page, state: string, { fits = false } = {}): Promise<void> {
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.screenshot({ path: join(SCREENSHOTS, `${state}-${colorScheme}-${size.width}x${size.height}.png`) });
      expect(await sidewaysOverflow(page), `${state}, ${size.width}×${size.height}`).toEqual([]);
      if (fits) expect(await cutOff(page), `${state}, ${size.width}×${size.height}`).toEqual([]);
    }
    expect(await accessibilityProblems(page), `${state}, ${colorScheme}`).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'more' });
  await page.screenshot({ path: join(SCREENSHOTS, `${state}-contrast.png`) });
  expect(await accessibilityProblems(page), `${state}, high contrast`).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark', contrast: 'no-preference', forcedColors: 'active' });
  await page.screenshot({ path: join(SCREENSHOTS, `${state}-forced.png`) });
  // As null, Chromium would leave the page's ground black.
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' });
}

/** What axe finds serious or critical, one line each. */
async function accessibilityProblems(page: Page): Promise<string[]> {
  // Legacy mode opens no page of its own; an Electron window has no browser to open one in.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map((node) => `${id}: ${help}: ${node.html.slice(0, 200)}`));
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

/** What sticks out of the window, other than in the history, which scrolls. */
async function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    /* eslint-disable @typescript-eslint/no-explicit-any -- runs in the page; tests are checked without the DOM */
    const { document, innerWidth, innerHeight } = globalThis as any;
    const isOutside = (element: any): boolean => {
      const { left, right, top, bottom } = element.getBoundingClientRect();
      return left < 0 || top < 0 || right > innerWidth + 1 || bottom > innerHeight + 1;
    };
    // What is only for screen readers lies in a box of one pixel; React Aria keeps each slider's input out of sight.
    const isShown = (element: any): boolean => {
      for (let box = element; box !== null; box = box.parentElement)
        if (box.getBoundingClientRect().width <= 1) return false;
      return !element.matches('input');
    };
    return [...document.querySelectorAll('#root *')]
      .filter((element: any) => isOutside(element) && isShown(element) && !element.closest('[role=list]'))
      .map((element: any) => `${element.tagName}.${element.className}: ${element.innerText ?? ''}`);
  });
}
