import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';

/** What a window costs while it is looked at. */
export interface DrawingCost {
  /** Processor time of the window's process, all its threads together, as a share of one core. */
  readonly processShare: number;
  /** The part of it that is the page's own thread: scripts, styles, layout, painting. */
  readonly mainThreadShare: number;
  /** How often the window is ready to show something new. */
  readonly framesPerSecond: number;
  /** In how many of them a canvas was painted anew. */
  readonly picturesPerSecond: number;
}

/** The page's own counting, each frame of it, costs some 5 % of a core: it comes after the cost was measured. */
const COUNTED_SECONDS = 5;

/**
 * What the page costs over some time, by Chromium's own accounts, and how often it draws in the seconds after that.
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Performance/
 */
export async function drawingCost(page: Page, seconds: number): Promise<DrawingCost> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const read = async (): Promise<Record<string, number>> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };
  const before = await read();
  await wait(1000 * seconds);
  const after = await read();
  await session.detach();
  const elapsed = after['Timestamp']! - before['Timestamp']!;
  const share = (name: string): number => (after[name]! - before[name]!) / elapsed;
  return {
    processShare: share('ProcessTime'),
    mainThreadShare: share('TaskDuration'),
    ...(await drawingRate(page)),
  };
}

async function drawingRate(page: Page): Promise<Pick<DrawingCost, 'framesPerSecond' | 'picturesPerSecond'>> {
  const [framesPerSecond, picturesPerSecond] = await page.evaluate<[number, number]>(
    `new Promise((resolve) => {
       const { prototype } = CanvasRenderingContext2D;
       const put = prototype.putImageData;
       const start = performance.now();
       let [frames, pictures, paintedIn] = [0, 0, -1];
       prototype.putImageData = function (...image) {
         if (paintedIn !== frames) pictures++;
         paintedIn = frames;
         put.apply(this, image);
       };
       requestAnimationFrame(function count(now) {
         frames++;
         const seconds = (now - start) / 1000;
         if (seconds < ${COUNTED_SECONDS}) return void requestAnimationFrame(count);
         prototype.putImageData = put;
         resolve([frames / seconds, pictures / seconds]);
       });
     })`,
  );
  return { framesPerSecond, picturesPerSecond };
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
