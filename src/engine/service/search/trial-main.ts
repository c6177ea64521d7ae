import { asHeedError } from '../../../errors.ts';
import { runTrial } from '../../../lab/search/trial-run.ts';
import { trainModel } from '../../../training/train-run.ts';
import type { TrainRunSettings } from '../../../training/settings.ts';
import { createCompute } from '../../compute.ts';
import type { FromTrial, ToTrial } from './trial-messages.ts';

/** The process of one trial: it is told what to train, answers what came of it, and ends with its channel. */
const stopping = new AbortController();

process.on('message', (message: ToTrial) => {
  if ('stop' in message) stopping.abort();
  else void answer(message.run);
});
// The search is gone: what was trained so far is kept in a checkpoint.
process.on('disconnect', () => stopping.abort());
// Ctrl-C reaches every process of the terminal; the search decides when a trial ends.
process.on('SIGINT', () => {});

async function answer(settings: TrainRunSettings): Promise<void> {
  const compute = createCompute();
  let result: FromTrial;
  try {
    const outcome = await runTrial(settings, (run, onEpoch) =>
      trainModel(run, { onEpoch, onProgress: () => undefined }, stopping.signal, compute),
    );
    result = { outcome };
  } catch (error) {
    const { code, message } = asHeedError(error);
    result = { error: { code, message } };
  }
  if (!process.connected) process.exit(0);
  process.send!(result, () => process.exit(0));
}
