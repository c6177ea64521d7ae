import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { HeedError } from '../../errors.ts';
import { compare, type Comparison, type Unit } from './figures.ts';
import type { RoundPart, Samples } from './rounds.ts';

const run = promisify(execFile);

const JOBS = ['training', 'inference', 'streaming'] as const;
export type TorchJob = (typeof JOBS)[number];

/** PyTorch's own benchmark, run in turn with ours. */
export interface Torch {
  readonly part: RoundPart;
  compare(samples: Samples, shape: string, job: TorchJob, ours: string, unit: Unit): Comparison;
}

/** The best tuning found, on a processor with AVX-512: OpenBLAS does not know newer ones, and takes too little for granted. */
const TUNING = { OPENBLAS_CORETYPE: 'SkylakeX', ATEN_CPU_CAPABILITY: 'avx512', OPENBLAS_NUM_THREADS: '2' };

/** A line that the script prints: one figure. */
const torchLine = z.object({
  system: z.string(),
  shape: z.string(),
  trainUtterancesPerSecond: z.number().positive().optional(),
  inferUtterancesPerSecond: z.number().positive().optional(),
  streamStepMicroseconds: z.number().positive().optional(),
});

/**
 * @param file a Python script that takes the names of shapes and what to measure (`A,B train,infer,stream`), and prints a
 *   JSON object per figure
 * @param python Debian's, for which it has a package of PyTorch
 */
export function createTorch(file: string, shapes: readonly string[], python = '/usr/bin/python3'): Torch {
  let version: string | null = null;
  return {
    part: {
      async measure() {
        const figures = new Map<string, number>();
        for (const line of await torchLines(python, [file, shapes.join(','), 'train,infer,stream'])) {
          version = line.system.replace(/^torch /, '');
          const { shape } = line;
          if (line.trainUtterancesPerSecond) figures.set(key(shape, 'training'), 1 / line.trainUtterancesPerSecond);
          if (line.inferUtterancesPerSecond) figures.set(key(shape, 'inference'), 1 / line.inferUtterancesPerSecond);
          if (line.streamStepMicroseconds) figures.set(key(shape, 'streaming'), line.streamStepMicroseconds / 1e6);
        }
        for (const shape of shapes)
          for (const job of JOBS)
            if (!figures.has(key(shape, job))) throw refusal(file, `it printed no figure for ${job} at shape ${shape}`);
        return figures;
      },
    },
    compare: (samples, shape, job, ours, unit) =>
      compare(samples, ours, { with: 'PyTorch', version }, [{ name: 'best tuned', key: key(shape, job) }], unit),
  };
}

function key(shape: string, job: TorchJob): string {
  return `${shape} ${job} torch`;
}

async function torchLines(python: string, words: readonly string[]): Promise<z.output<typeof torchLine>[]> {
  const stdout = await output(python, words);
  try {
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => torchLine.parse(JSON.parse(line)));
  } catch (error) {
    throw refusal(words[0]!, 'it printed a line that is no figure', error);
  }
}

async function output(python: string, words: readonly string[]): Promise<string> {
  try {
    return (await run(python, words, { env: { ...process.env, ...TUNING } })).stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw refusal(words[0]!, stderr?.trim().split('\n').at(-1) || message, error);
  }
}

function refusal(file: string, why: string, cause?: unknown): HeedError {
  const reason = why.replace(/\s+/g, ' ').replace(/\.$/, '');
  return new HeedError(
    'usage',
    `PyTorch could not be measured by ${file}: ${reason}. Leave --torch out to go without it.`,
    {
      cause,
    },
  );
}
