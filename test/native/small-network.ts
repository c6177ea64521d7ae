import { expect } from 'vitest';
import type { NativeAddon } from '../../src/native/addon.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import type { NetworkShape, SequenceBatch, Targets } from '../../src/nn/network.ts';
import { addon as loaded } from './load.ts';

/** The native core; tests that use it are skipped where there is none. */
export const addon = loaded as NativeAddon;

export const shape: NetworkShape = {
  ...{ inputSize: 5, hiddenSize: 9, layerCount: 2, classCount: 3 },
  ...{ cell: 'gru' as const, pooling: 'last' },
};
export const sequences = 10;
export const frameCount = 7;
export const targets: Targets = { loss: 'cross-entropy', classes: new Int32Array(sequences) };

/** An ArrayBuffer that can be resized; the types of ES2023 do not know it yet. */
export type Resizable = ArrayBuffer & { resize(bytes: number): void };
export const resizable = (bytes: number): Resizable =>
  new (ArrayBuffer as unknown as new (bytes: number, options: { maxByteLength: number }) => Resizable)(bytes, {
    maxByteLength: bytes + 64,
  });

export const detach = (array: { buffer: ArrayBufferLike }): void =>
  void structuredClone(array.buffer, { transfer: [array.buffer as ArrayBuffer] });

export function makeBatch(): SequenceBatch {
  const inputs = Float32Array.from({ length: sequences * frameCount * shape.inputSize }, (_, i) => Math.sin(i));
  return { inputs, lengths: new Int32Array(sequences).fill(frameCount), frameCount };
}

export function makeNetwork() {
  const set = addon.instructionSets[0]!;
  const handle = new addon.NativeNetwork(shape, set);
  const parameters = Float32Array.from(initialiseParameters(shape, 1).values);
  handle.setParameters(parameters);
  return { handle, parameters, set };
}

/** An argument of a type that TypeScript would not let through. */
export const wrong = <T>(value: unknown): T => value as T;

export const coded = (code: string) =>
  expect.objectContaining({ code, message: expect.stringMatching(/^[A-Z].*\.$/s) });
