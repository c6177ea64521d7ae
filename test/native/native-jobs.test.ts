import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createNativeBackend } from '../../src/native/native-backend.ts';
import { CELL_NAMES } from '../../src/nn/cells/cell.ts';
import { initialiseParameters } from '../../src/nn/initialise.ts';
import { CLASSIFIER_POOLINGS, DEFAULT_TRAINER_SETTINGS } from '../../src/nn/network.ts';
import { addon as loaded } from './load.ts';
import {
  addon,
  coded,
  detach,
  frameCount,
  makeBatch,
  makeNetwork,
  resizable,
  shape,
  targets,
} from './small-network.ts';

const file = fileURLToPath(new URL('../../build/native/heed.node', import.meta.url));
const child = (name: string): string => fileURLToPath(new URL(`children/${name}`, import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly output: string;
}

function runChild(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const started = execFile(process.execPath, args, { timeout: 60_000 }, (_, stdout, stderr) =>
      resolve({ code: started.exitCode, signal: started.signalCode, output: stdout + stderr }),
    );
  });
}

describe.skipIf(!loaded)('jobs of the native core', () => {
  it.each([NaN, Infinity, -Infinity])(
    'says that training diverged on %d, with the parameters untouched',
    async (bad) => {
      const { handle, parameters } = makeNetwork();
      const trainer = new addon.NativeTrainer(handle, DEFAULT_TRAINER_SETTINGS);
      const before = parameters.slice();
      const batch = makeBatch();
      batch.inputs.fill(bad);
      await expect(trainer.step(batch, targets, 0.1, parameters)).rejects.toEqual(coded('training-diverged'));
      expect(parameters).toEqual(before);
      expect(trainer.state().step).toBe(0);
      const untouched = makeNetwork();
      await trainer.step(makeBatch(), targets, 0.1, parameters);
      await new addon.NativeTrainer(untouched.handle, DEFAULT_TRAINER_SETTINGS).step(
        ...([makeBatch(), targets, 0.1, untouched.parameters] as const),
      );
      expect(parameters).toEqual(untouched.parameters);
    },
  );

  it('keeps finite parameters where a unit has no gradient and Adam no epsilon', async () => {
    const { handle, parameters } = makeNetwork();
    const trainer = new addon.NativeTrainer(handle, { ...DEFAULT_TRAINER_SETTINGS, epsilon: 0 });
    for (let i = 0; i < 3; i++) await trainer.step(makeBatch(), targets, 0.01, parameters);
    expect(parameters.every(Number.isFinite)).toBe(true);
    expect(handle.forward(makeBatch()).every(Number.isFinite)).toBe(true);
  });

  it('computes from what it was given, whatever happens to the arrays while the job runs', async () => {
    const { handle } = makeNetwork();
    const expected = handle.forward(makeBatch());
    const given = makeBatch();
    const buffer = resizable(given.inputs.byteLength);
    const inputs = new Float32Array(buffer);
    inputs.set(given.inputs);
    const lengths = given.lengths;
    const job = handle.forwardAsync({ inputs, lengths, frameCount });
    inputs.fill(NaN);
    buffer.resize(0);
    detach(lengths);
    expect(await job).toEqual(expected);
  });

  it.each(['detached', 'shrunk', 'grown'])('says so where the parameters were %s while a step ran', async (how) => {
    const { handle, parameters } = makeNetwork();
    const trainer = new addon.NativeTrainer(handle, DEFAULT_TRAINER_SETTINGS);
    const buffer = resizable(parameters.byteLength);
    const own = new Float32Array(buffer); // follows the buffer's length
    own.set(parameters);
    const job = trainer.step(makeBatch(), targets, 0.1, own);
    if (how === 'detached') detach(own);
    else buffer.resize(how === 'shrunk' ? 4 : parameters.byteLength + 64);
    await expect(job).rejects.toEqual(coded('shape-mismatch'));
    await expect(trainer.step(makeBatch(), targets, 0.1, parameters)).resolves.toMatchObject({
      correct: expect.any(Number),
    });
  });

  it('does one job at a time on a network, and the refused one harms nothing', async () => {
    const { handle, parameters } = makeNetwork();
    const trainer = new addon.NativeTrainer(handle, DEFAULT_TRAINER_SETTINGS);
    const stream = new addon.NativeStream(handle);
    const expected = handle.forward(makeBatch());
    const running = handle.forwardAsync(makeBatch());
    const busy = coded('busy');
    expect(() => handle.forward(makeBatch())).toThrow(busy);
    expect(() => handle.forwardAsync(makeBatch())).toThrow(busy);
    expect(() => handle.setParameters(parameters)).toThrow(busy);
    expect(() => trainer.step(makeBatch(), targets, 0.1, parameters)).toThrow(busy);
    expect(() => trainer.state()).toThrow(busy);
    expect(() => stream.step(new Float32Array(shape.inputSize), new Float32Array(shape.classCount))).toThrow(busy);
    expect(await running).toEqual(expected);
    expect(handle.forward(makeBatch())).toEqual(expected);
  });

  it('names the second job on a network busy through the backend too', async () => {
    const network = createNativeBackend(addon).createNetwork(shape, initialiseParameters(shape, 1));
    const first = network.forwardAsync(makeBatch());
    await expect(network.forwardAsync(makeBatch())).rejects.toMatchObject({ name: 'HeedError', code: 'busy' });
    await first;
  });

  it('answers 10,000 random calls with results or coded errors', async () => {
    const { code, signal, output } = await runChild(child('random-calls.mjs'), file, '20261123', '10000');
    expect({ code, signal }, output.slice(0, 2000)).toEqual({ code: 0, signal: null });
    const { calls, answered, learned, errors } = JSON.parse(output) as { calls: number } & Record<
      'answered' | 'learned' | 'errors',
      Record<string, number>
    >;
    expect(calls).toBe(10_000);
    // The calls that matter came through, and were refused, often enough to show something.
    for (const name of ['forward', 'forwardAsync', 'step', 'streamStep', 'make', 'extract'])
      expect(answered[name], name).toBeGreaterThan(50);
    for (const name of [...CELL_NAMES, ...CLASSIFIER_POOLINGS, 'none'])
      expect(learned[name], `steps of ${name}`).toBeGreaterThan(5);
    for (const name of ['shape-mismatch', 'usage', 'getter', 'foreign', 'training-diverged', 'busy'])
      expect(errors[name], name).toBeGreaterThan(5);
  });

  it('lets the process end in the middle of its jobs', async () => {
    expect(await runChild(child('ending.mjs'), file, 'exit')).toEqual({ code: 7, signal: null, output: '' });
  });

  it('lets worker threads be ended in the middle of its jobs', async () => {
    expect(await runChild(child('ending.mjs'), file, 'terminate')).toEqual({
      ...{ code: 0, signal: null },
      output: 'still here\n',
    });
  });
});
