import { fork } from 'node:child_process';
import { HeedError } from '../../../errors.ts';
import { trialSettings, type TrialBasis } from '../../../lab/search/trial-run.ts';
import type { Objective } from '../../../lab/search/run-search.ts';
import type { FromTrial, ToTrial } from './trial-messages.ts';
import { trialProgram } from './trial-program.ts';

/** How often a trial's signal is looked at. */
const STOP_POLL_MS = 50;

/**
 * Runs trials by the app's own trainer, each in a process of its own with so many threads as it is given. A process that
 * ends without an answer (for want of memory, say) is a failed trial, not the end of the search.
 */
export function createTrialProcesses(folder: string, basis: TrialBasis): Objective {
  return (trial, { threads, signal }) =>
    new Promise((resolve, reject) => {
      const startedMs = performance.now();
      const { file, execArgv } = trialProgram();
      const child = fork(file, [], {
        execArgv,
        // Under Electron the program that runs is Electron itself, which is told so to be Node.
        env: { ...process.env, HEED_THREADS: String(threads), ELECTRON_RUN_AS_NODE: '1' },
        serialization: 'advanced',
        // Standard output is for the results of the search.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const send = (message: ToTrial): void => void child.send(message, () => {}); // a dead process says so by its exit
      let stopSent = false;
      const poll = setInterval(() => {
        if (signal.aborted && !stopSent) send({ stop: true });
        stopSent = signal.aborted;
      }, STOP_POLL_MS);
      const fail = (how: string): void =>
        resolve({
          status: 'failed',
          message: `The trial's process ended before it had a result (${how}).`,
          durationMs: Math.round(performance.now() - startedMs),
        });
      child.on('message', (answer: FromTrial) => {
        if ('outcome' in answer) resolve(answer.outcome);
        else reject(new HeedError(answer.error.code, answer.error.message));
      });
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code, killedBy) => {
        clearInterval(poll);
        const end = (): void => {
          if (signal.aborted) reject(new HeedError('cancelled', 'The trial was stopped before its end.'));
          else fail(killedBy ? `killed by ${killedBy}` : `exit code ${code}`);
        };
        // Its answer may still be in the channel.
        if (child.connected) child.once('disconnect', end);
        else end();
      });
      send({ run: trialSettings(folder, basis, trial) });
    });
}
