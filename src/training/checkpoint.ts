import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { writeAtomically } from '../atomic-write.ts';
import { HeedError } from '../errors.ts';

/**
 * Where a training run stands: all it takes to go on to the very same weights.
 *
 * On disk: the magic, the length of the header (uint32), the header (JSON, UTF-8), the arrays (float32, little-endian:
 * parameters, Adam's two moments, and the best parameters where there are any), and the CRC-32 of all of it.
 */
export interface Checkpoint {
  /** Names the run: its settings, its clips and who computes. */
  readonly fingerprint: string;
  readonly position: RunPosition;
  readonly best: BestEpoch | null;
  /** `[parameters]` each */
  readonly parameters: Float32Array;
  readonly optimiser: {
    readonly step: number;
    readonly firstMoment: Float32Array;
    readonly secondMoment: Float32Array;
  };
}

const position = z.object({
  /** The epoch that is being trained, from 1. */
  epoch: z.number().int().min(1),
  /** Updates done in this epoch. */
  step: z.number().int().min(0),
  /** Sums over this epoch's examples so far. */
  lossSum: z.number(),
  correctCount: z.number().int().min(0),
  exampleCount: z.number().int().min(0),
});
export type RunPosition = z.output<typeof position>;

const bestEpoch = z.object({
  epoch: z.number().int().min(1),
  score: z
    .object({
      loss: z.number(),
      accuracy: z.number(),
      clipCount: z.number().int(),
      perLabel: z.record(z.string(), z.number()),
    })
    .nullable(),
});
/** The epoch whose weights are kept, and what they scored. */
export interface BestEpoch extends z.output<typeof bestEpoch> {
  readonly parameters: Float32Array;
}

const header = z.object({
  fingerprint: z.string(),
  position,
  best: bestEpoch.nullable(),
  optimiserStep: z.number().int().min(0),
  parameterCount: z.number().int().min(1),
});

const MAGIC = Buffer.from('HEEDCKP1'); // the digit is the format's version
const PREFIX_BYTES = MAGIC.length + 4;

/** Where the checkpoint of a run lies: beside the model it makes. */
export function checkpointPath(out: string): string {
  return `${out}.checkpoint`;
}

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { best, optimiser, parameters } = checkpoint;
  const head = Buffer.from(
    JSON.stringify({
      fingerprint: checkpoint.fingerprint,
      position: checkpoint.position,
      best: best && { epoch: best.epoch, score: best.score },
      optimiserStep: optimiser.step,
      parameterCount: parameters.length,
    } satisfies z.input<typeof header>),
  );
  const prefix = Buffer.alloc(PREFIX_BYTES, MAGIC);
  prefix.writeUInt32LE(head.length, MAGIC.length);
  const arrays = [parameters, optimiser.firstMoment, optimiser.secondMoment, ...(best ? [best.parameters] : [])];
  const body = Buffer.concat([
    prefix,
    head,
    ...arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)),
  ]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(body));
  return Buffer.concat([body, sum]);
}

/** Reads a checkpoint's bytes. @throws {HeedError} checkpoint where they are none, torn or damaged */
export function decodeCheckpoint(bytes: Uint8Array, name: string): Checkpoint {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = (cause?: unknown): HeedError =>
    new HeedError(
      'checkpoint',
      `${name} is not a checkpoint of this version, or it is damaged; leave out --resume to start over.`,
      { cause },
    );
  const end = buffer.length - 4;
  if (end < PREFIX_BYTES || !buffer.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged();
  if (crc32(buffer.subarray(0, end)) !== buffer.readUInt32LE(end)) throw damaged();
  const headEnd = PREFIX_BYTES + buffer.readUInt32LE(MAGIC.length);
  if (headEnd > end) throw damaged();
  let head: z.output<typeof header>;
  try {
    head = header.parse(JSON.parse(buffer.toString('utf8', PREFIX_BYTES, headEnd)));
  } catch (error) {
    throw damaged(error);
  }
  const arrayBytes = 4 * head.parameterCount;
  if (end - headEnd !== arrayBytes * (head.best ? 4 : 3)) throw damaged();
  const array = (index: number): Float32Array => {
    const start = headEnd + index * arrayBytes;
    return new Float32Array(new Uint8Array(buffer.subarray(start, start + arrayBytes)).buffer);
  };
  return {
    fingerprint: head.fingerprint,
    position: head.position,
    best: head.best && { ...head.best, parameters: array(3) },
    parameters: array(0),
    optimiser: { step: head.optimiserStep, firstMoment: array(1), secondMoment: array(2) },
  };
}

/** Writes a checkpoint whole or not at all. @throws {HeedError} file-unwritable */
export async function saveCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  await writeAtomically(path, encodeCheckpoint(checkpoint));
}

/**
 * Reads the checkpoint of this very run; undefined where there is none.
 * @throws {HeedError} checkpoint where it is damaged, or of other settings or clips; file-unreadable
 */
export async function loadCheckpoint(path: string, fingerprint: string): Promise<Checkpoint | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new HeedError('file-unreadable', `${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
  const checkpoint = decodeCheckpoint(bytes, path);
  if (checkpoint.fingerprint !== fingerprint)
    throw new HeedError(
      'checkpoint',
      `${path} belongs to a run with other settings or other clips, so this run cannot go on from it; use the settings it was started with, or leave out --resume to start over.`,
    );
  return checkpoint;
}
