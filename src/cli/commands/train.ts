import type { EngineClient } from '../../engine/client.ts';
import type { ModelDescription, TrainEpoch, TrainResult } from '../../engine/contract/schemas.ts';
import { withEngine } from '../engine.ts';
import { duration, percent } from '../format.ts';
import { showProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

export interface TrainOptions {
  readonly out: string;
  readonly validation?: string;
  readonly background?: string[];
  readonly leaveOut?: string[];
  readonly hopMs?: '10' | '20';
  readonly labels?: string[];
  readonly hidden?: number;
  readonly layers?: number;
  readonly cell?: ModelDescription['network']['cell'];
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly from?: string;
  readonly teacher?: string[];
  readonly sparsity?: number;
  readonly weightBits?: '8';
  readonly factorShare?: number;
  readonly temperature?: number;
  readonly teacherShare?: number;
  readonly averageWith?: string;
  readonly averageShare?: number;
  readonly pooling?: ModelDescription['network']['pooling'];
  readonly learningRate?: number;
  readonly unknownWeight?: number;
  readonly precision?: 'float32' | 'bfloat16' | 'float16';
  readonly attribution?: string;
  readonly resume?: true;
  readonly json?: true;
}

/** Trains from scratch. Ctrl-C ends it with the best model so far; a second Ctrl-C ends it at once. */
export async function train(folders: string[], options: TrainOptions, terminal: Terminal): Promise<void> {
  const { json, hopMs, weightBits, teacher, ...settings } = options;
  const hop = hopMs === undefined ? {} : { hopMs: hopMs === '10' ? (10 as const) : (20 as const) };
  const result = await withEngine(terminal, async (client) => {
    client.on('progress', showProgress(terminal));
    client.on('train.epoch', (epoch) => {
      terminal.say(epochLine(epoch));
      if (json) terminal.json(epoch);
    });
    const forgetInterrupt = stopOnInterrupt(client, terminal);
    try {
      return await client.call('train', {
        folders,
        ...settings,
        ...hop,
        teachers: teacher,
        ...(weightBits && { weightBits: 8 as const }),
        command: commandOf(folders, { ...settings, hopMs, weightBits, teacher }),
      });
    } finally {
      forgetInterrupt();
    }
  });
  for (const { reason } of result.skipped) terminal.problem(reason);
  if (json) terminal.json(result);
  else terminal.answer(resultLine(result));
  if (json && result.stopped) terminal.say(resultLine(result));
}

export function epochLine({
  epoch,
  epochs,
  loss,
  trainAccuracy,
  validationAccuracy,
  best,
  remainingMs,
}: TrainEpoch): string {
  const validation = validationAccuracy === null ? 'none' : percent(validationAccuracy);
  return (
    `epoch ${String(epoch).padStart(String(epochs).length)}/${epochs}  loss ${loss.toFixed(4)}  ` +
    `train ${percent(trainAccuracy)}  validation ${validation}${best ? ' (best)' : ''}  ${duration(remainingMs)} left`
  );
}

function resultLine({ out, bytes, epochs, bestEpoch, validationAccuracy, stopped }: TrainResult): string {
  const accuracy = validationAccuracy === null ? '' : `, ${percent(validationAccuracy)} right on validation clips`;
  const size = `${out}: ${bytes.toLocaleString('en')} bytes`;
  return stopped
    ? `Stopped after ${epochs} epochs; the best model so far is kept (epoch ${bestEpoch}${accuracy}). ${size}.`
    : `${size}, from epoch ${bestEpoch} of ${epochs}${accuracy}.`;
}

/**
 * Two interrupts closer together than this are one Ctrl-C: the terminal sends it to the whole group of processes, and
 * npm and tsx pass theirs on as well.
 */
const SAME_INTERRUPT_MS = 500;

/** Lets Ctrl-C end the training that runs, and a second one the program. @returns what undoes it */
export function stopOnInterrupt(
  client: EngineClient,
  terminal: Terminal,
  said = 'Stopping; the best model so far is kept. Press Ctrl-C again to leave at once.',
): () => void {
  let firstAt: number | undefined;
  const onInterrupt = (): void => {
    if (firstAt !== undefined) {
      if (performance.now() - firstAt > SAME_INTERRUPT_MS) process.exit(130);
      return;
    }
    firstAt = performance.now();
    terminal.say(said);
    void client.call('train.stop', {});
  };
  process.on('SIGINT', onInterrupt);
  return () => process.off('SIGINT', onInterrupt);
}

/** The command for the model's provenance: what shapes the model, without the user's folders beyond their names. */
function commandOf(folders: readonly string[], settings: TrainOptions): string {
  const name = (path: string): string => path.split(/[/\\]/).filter(Boolean).at(-1) ?? path;
  const {
    out,
    validation,
    background,
    leaveOut,
    from,
    teacher,
    averageWith,
    attribution: _,
    resume: __,
    labels,
    ...numbers
  } = settings;
  const words = [`heed train ${folders.map(name).join(' ')} --out ${name(out)}`];
  if (from !== undefined) words.push(`--from ${name(from)}`);
  if (teacher !== undefined) words.push(`--teacher ${teacher.map(name).join(' ')}`);
  if (averageWith !== undefined) words.push(`--average-with ${name(averageWith)}`);
  if (validation !== undefined) words.push(`--validation ${name(validation)}`);
  if (background !== undefined) words.push(`--background ${background.map(name).join(' ')}`);
  if (leaveOut !== undefined) words.push(`--leave-out ${leaveOut.map(name).join(' ')}`);
  if (labels !== undefined) words.push(`--labels ${labels.join(',')}`);
  for (const [option, value] of Object.entries(numbers))
    if (value !== undefined)
      words.push(`--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${value}`);
  return words.join(' ');
}
