import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What a window costs while it is looked at. */
export interface DrawingCost {
  /** Processor time of the window's process, all its threads together, as a share of one core. */
  readonly processShare: number;
  /** The part of it that is the page's own thread: scripts, styles, layout, painting. */
  readonly mainThreadShare: number;
  readonly framesPerSecond: number;
}

/**
 * What the page costs over some time, by Chromium's own accounts.
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Performance/
 */
export async function drawingCost(page: Page, seconds: number): Promise<DrawingCost> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async (): Promise<Record<string, number>> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  await page.evaluate(
    'globalThis.frames = 0; requestAnimationFrame(function count() { frames++; requestAnimationFrame(count); })',
  );
  const before = await read();
  const framesBefore = await page.evaluate<number>('frames');
  await wait(1000 * seconds);
  const after = await read();
  const frames = (await page.evaluate<number>('frames')) - framesBefore;
  await session.detach();
  const elapsed = after['Timestamp']! - before['Timestamp']!;
  const share = (name: string): number => (after[name]! - before[name]!) / elapsed;
  return {
    processShare: share('ProcessTime'),
    mainThreadShare: share('TaskDuration'),
    framesPerSecond: frames / elapsed,
  };
}

/** Event Timing tells of no interaction that was shorter. */
const SHORTEST_TOLD_MS = 16;

/** From now on notes how long each key press and click takes from its happening to the next picture. */
export async function watchInteractions(page: Page): Promise<void> {
  await page.evaluate(
    `globalThis.interactions = new Map();
     new PerformanceObserver((list) => {
       for (const { interactionId, duration } of list.getEntries())
         if (interactionId > 0) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0));
     }).observe({ type: 'event', durationThreshold: ${SHORTEST_TOLD_MS} })`,
  );
}

/**
 * How long each of `count` interactions took since {@link watchInteractions}, in milliseconds, shortest first. Those that
 * were too short to be told of count as just that short; Chromium rounds the others to 8 ms.
 * @see https://www.w3.org/TR/event-timing/
 */
export async function interactionTimes(page: Page, count: number): Promise<number[]> {
  const told = await page.evaluate<number[]>('[...interactions.values()]');
  const untold = Array.from({ length: Math.max(0, count - told.length) }, () => SHORTEST_TOLD_MS);
  return [...untold, ...told].sort((a, b) => a - b);
}

/** When the page first showed anything, milliseconds since 1970: the studio shows nothing before its engine answers. */
export async function firstShownAt(page: Page): Promise<number> {
  return page.evaluate<number>(
    `new Promise((resolve) => new PerformanceObserver((list) => {
       const [paint] = list.getEntriesByName('first-contentful-paint');
       if (paint) resolve(performance.timeOrigin + paint.startTime);
     }).observe({ type: 'paint', buffered: true }))`,
  );
}
