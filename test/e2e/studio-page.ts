import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** The Listen screen, as a person meets it: by names and texts. */
export class StudioPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get status(): Promise<string> {
    return this.#page.getByTestId('status').innerText();
  }
  /** Waits until the status reads so. */
  async waitForStatus(text: string | RegExp, timeout = 15_000): Promise<void> {
    await expect.poll(() => this.status, { timeout }).toMatch(text);
  }
  /** Presses the button and waits until it listens. */
  async startListening(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Start listening' }).click();
    await this.waitForStatus(/^Listening/);
  }
  /** The words in the history, oldest first. */
  async heardWords(): Promise<string[]> {
    const entries = await this.#page.getByRole('list', { name: 'History' }).getByRole('listitem').allInnerTexts();
    return entries.map((text) => /^[\d:]{8}\s+(.*?)\s+\d+\s?%/.exec(text)?.[1] ?? text).reverse();
  }
  /** Waits until exactly these words were heard, and a little longer for any that should not have been. */
  async expectWords(words: readonly string[], timeout: number): Promise<void> {
    await expect.poll(() => this.heardWords(), { timeout }).toEqual(words);
    await wait(1500);
    expect(await this.heardWords()).toEqual(words);
  }
  /** What the screen says of a problem, and its advice. */
  async problem(): Promise<string> {
    return this.#page.getByTestId('problem').innerText({ timeout: 15_000 });
  }
  /** The messages that float over the screen. */
  async messages(): Promise<string[]> {
    return this.#page.getByRole('status', { name: 'Messages' }).getByRole('paragraph').allInnerTexts();
  }
}
