import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isRunning } from './running-processes.ts';

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const module = new URL('../../src/host/engine-process.ts', import.meta.url).href;
const host = `const { startEngineProcess } = await import('${module}'); console.log((await startEngineProcess()).pid)`;

it('ends with a host that is killed', async () => {
  const parent = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', host]);
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (line) => resolve(Number(line))));
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000, interval: 20 });
});
