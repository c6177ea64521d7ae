// Measures the studio against its goals: `npm run bench:studio`, with `-- --json` for one JSON object. It needs Chromium or
// Electron, an otherwise idle machine and about two minutes; all that it hears and learns is synthesised.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { builtStudioFolder } from '../../src/host/start/build.ts';
import { synthesise } from '../sounds/synthesise.ts';
import { hasElectron } from './executables.ts';
import { type Face, type FaceOptions, openBrowser, type OpenFace, openShell } from './faces.ts';
import { drawingCost, type DrawingCost, firstShownAt, interactionTimes, watchInteractions } from './measure-page.ts';
import { composeStream, writeCaptureFile } from './sound-stream.ts';
import { recordTakes, TAUGHT } from './taught-words.ts';

const GOALS = { startMs: 2000, processShare: 0.15, responseMs: 50 };
const STARTS = 5;
const DRAWING_SECONDS = 20;
const TAKES_PER_WORD = 12;
const PATIENCE_MS = 240_000;
/** Between two key presses; a fast typist's pace, so that each meets a training that has had its turn. */
const BETWEEN_KEYS_MS = 120;
const ROUNDS = 8;
/** Through all screens, and in each a step or two: fields, lists, buttons. */
const KEYS = [
  '2',
  'Tab',
  'Tab',
  '/',
  'l',
  'a',
  'Escape',
  '4',
  'Tab',
  '5',
  'Tab',
  'ArrowDown',
  '6',
  'Tab',
  '1',
  'Tab',
  '3',
];

/** The value that this share of the sorted values does not exceed. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;

async function withStudio<T>(
  options: FaceOptions,
  use: (face: Face) => Promise<T>,
  open: OpenFace = openShell,
): Promise<T> {
  const face = await open(options);
  try {
    face.page.setDefaultTimeout(PATIENCE_MS);
    await face.page.setViewportSize({ width: 1280, height: 800 });
    await face.page.getByRole('button', { name: 'Start listening' }).waitFor();
    return await use(face);
  } finally {
    await face.close();
  }
}

/** From the program's start to its first picture, which can be used at once; one for each start, shortest first. */
async function startTimes(options: FaceOptions): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < STARTS; i++)
    times.push(await withStudio(options, async ({ page, launchedAtMs }) => (await firstShownAt(page)) - launchedAtMs));
  return times.sort((a, b) => a - b);
}

/** In Electron; where that is not to be had, in a browser, whose messages are real ones too. */
const costOfDrawing = (options: FaceOptions): Promise<DrawingCost> =>
  withStudio(
    options,
    async ({ page }) => {
      await page.keyboard.press('Space');
      await page.getByRole('list', { name: 'History' }).or(page.locator('canvas')).first().waitFor();
      await wait(3000);
      return drawingCost(page, DRAWING_SECONDS);
    },
    hasElectron ? openShell : openBrowser,
  );

/** Begins a lesson that outlasts all key presses, on as many threads as a lesson takes. */
async function beginLongLesson(page: Page): Promise<void> {
  await page.keyboard.press('3');
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByText('nothing', { exact: true }).click();
  for (const [field, value] of [
    ['Passes', '1000'],
    ['Hidden size', '256'],
  ] as const) {
    await page.getByRole('textbox', { name: field }).fill(value);
    await page.keyboard.press('Tab');
  }
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByText(/^Pass \d+ of/).waitFor();
}

const responseTimes = (options: FaceOptions): Promise<number[]> =>
  withStudio(options, async ({ page }) => {
    await beginLongLesson(page);
    await watchInteractions(page);
    for (let round = 0; round < ROUNDS; round++)
      for (const key of KEYS) {
        await page.keyboard.press(key);
        await wait(BETWEEN_KEYS_MS);
      }
    await page.getByText(/^Pass \d+ of/).waitFor({ timeout: 5000 });
    const times = await interactionTimes(page, ROUNDS * KEYS.length);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    return times;
  });

const folder = await mkdtemp(join(tmpdir(), 'heed-bench-'));
try {
  await builtStudioFolder();
  const [home, file] = [join(folder, 'home'), join(folder, 'microphone.wav')];
  await recordTakes(home, TAKES_PER_WORD);
  const clips = Object.values(TAUGHT).map((kind, i) => ({ samples: synthesise(kind, 500 + i), gapMs: 700 }));
  await writeCaptureFile(file, composeStream(clips));
  const options: FaceOptions = { microphone: { file, loop: true }, homeFolder: home };

  const starts = await startTimes(options);
  const drawing = await costOfDrawing(options);
  const responses = await responseTimes(options);

  const start = { medianMs: quantile(starts, 0.5), slowestMs: starts.at(-1)! };
  const response = {
    interactions: responses.length,
    medianMs: quantile(responses, 0.5),
    ninetyFivePercentMs: quantile(responses, 0.95),
    slowestMs: responses.at(-1)!,
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify({ goals: GOALS, start, drawing, response }));
  else {
    const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
    const line = (what: string, figures: string, goal: string, met: boolean): void =>
      console.log(`${what.padEnd(34)}${figures}; goal: ${goal}, ${met ? 'met' : 'missed'}`);
    line(
      'Start to a window that can be used',
      ` median ${(start.medianMs / 1000).toFixed(2)} s, slowest ${(start.slowestMs / 1000).toFixed(2)} s of ${STARTS}`,
      `under ${GOALS.startMs / 1000} s`,
      start.slowestMs < GOALS.startMs,
    );
    line(
      'Live drawing at 1280×800',
      ` ${percent(drawing.processShare)} of a core (${percent(drawing.mainThreadShare)} on the page's thread), ${drawing.framesPerSecond.toFixed(0)} frames and ${drawing.picturesPerSecond.toFixed(0)} new pictures a second`,
      `under ${percent(GOALS.processShare)}`,
      drawing.processShare < GOALS.processShare,
    );
    line(
      'Response while a lesson runs',
      ` median ${response.medianMs} ms, 95 % within ${response.ninetyFivePercentMs} ms, slowest ${response.slowestMs} ms of ${response.interactions} key presses`,
      `${GOALS.responseMs} ms`,
      response.slowestMs <= GOALS.responseMs,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
