import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** A word in the history, and when it appeared there, in milliseconds since the studio began to listen. */
export interface HeardEntry {
  readonly word: string;
  readonly atMs: number;
}

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
  /** Presses the button and waits until it listens; from here on the history is timed. */
  async startListening(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Start listening' }).click();
    await this.waitForStatus(/^Listening/);
    await this.#page.evaluate(timeHistory);
  }
  /** The history, oldest first. */
  async heard(): Promise<HeardEntry[]> {
    return this.#page.evaluate(() => (globalThis as unknown as { timedHistory: HeardEntry[] }).timedHistory);
  }
  async heardWords(): Promise<string[]> {
    return (await this.heard()).map(({ word }) => word);
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

/** Runs in the page: notes when each entry of the history appears. */
function timeHistory(): void {
  /* eslint-disable @typescript-eslint/no-explicit-any -- the page's own globals; tests are checked without the DOM */
  const page = globalThis as any;
  const began = page.performance.now();
  const known = new Set();
  page.timedHistory = [];
  const look = (): void => {
    const entries = [...page.document.querySelectorAll('[role=list][aria-label=History] > li')].reverse();
    for (const entry of entries) {
      if (known.has(entry)) continue;
      known.add(entry);
      const word = /^\S+\s+(.*?)\s+\d+\s?%/.exec(entry.innerText.replaceAll('\n', ' '))?.[1] ?? entry.innerText;
      page.timedHistory.push({ word, atMs: page.performance.now() - began });
    }
  };
  new page.MutationObserver(look).observe(page.document.body, { childList: true, subtree: true });
  look();
}
