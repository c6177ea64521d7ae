import { spawn } from 'node:child_process';

/** How a run of the shell ended: as the user wished, or in a few words why it never came up. */
export type ElectronRun = { readonly exitCode: number } | { readonly failed: string };

/** A shell that fails within this time did not come up: a library is missing, or the sandbox is forbidden. */
const STARTED_AFTER_MS = 10_000;

/** Arguments for Electron; Chromium refuses its sandbox to root on Linux, and only there it is turned off. */
export function electronArguments(root: string, platform: NodeJS.Platform, userId: number | undefined): string[] {
  return platform === 'linux' && userId === 0 ? [root, '--no-sandbox'] : [root];
}

/** Runs the shell until it ends; signals to this process end it too. */
export function runElectron(executable: string, args: readonly string[]): Promise<ElectronRun> {
  const startedAtMs = performance.now();
  const { ELECTRON_RUN_AS_NODE: _, ...environment } = process.env;
  return new Promise((resolve) => {
    const child = spawn(executable, args, { stdio: 'inherit', env: environment });
    let stopping = false;
    const stop = (): void => {
      stopping = true;
      child.kill('SIGTERM');
    };
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, stop);
    const end = (run: ElectronRun): void => {
      for (const signal of signals) process.off(signal, stop);
      resolve(run);
    };
    child.once('error', (error) => end({ failed: error.message }));
    child.once('exit', (code, signal) => {
      const ranMs = performance.now() - startedAtMs;
      if (code === 0 || stopping) return end({ exitCode: 0 });
      if (ranMs >= STARTED_AFTER_MS) return end({ exitCode: code ?? 1 });
      end({ failed: signal ? `it was ended by ${signal}` : `it ended with code ${code}` });
    });
  });
}
