import type { Page } from 'playwright-core';

const MOST_TABS = 80;

/** Moves the focus with Tab until it is on the control of this name. */
export async function tabTo(page: Page, role: 'button' | 'textbox' | 'slider', name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name, exact: true });
  await target.waitFor({ state: 'attached' }); // the input of a slider is out of sight
  const focused = target.and(page.locator(':focus'));
  for (let i = 0; i < MOST_TABS; i++) {
    if ((await focused.count()) === 1) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to “${String(name)}”.`);
}

/** Presses a button by the keyboard alone. */
export async function pressButton(page: Page, name: string): Promise<void> {
  await tabTo(page, 'button', name);
  await page.keyboard.press('Enter');
}
