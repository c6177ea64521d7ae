// Trains as the settings in its argument say, and is killed (SIGKILL: no clean-up of any kind) in the middle of an epoch.
import { createReferenceCompute } from '../../src/training/compute.ts';
import type { TrainRunSettings } from '../../src/training/settings.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { stepCounting } from './step-counting.ts';

const KILLED_AT_STEP = 8;
const settings = JSON.parse(process.argv[2]!) as TrainRunSettings;
const compute = stepCounting(createReferenceCompute(), (step) => {
  if (step === KILLED_AT_STEP) process.kill(process.pid, 'SIGKILL');
});
await trainModel(settings, { onEpoch: () => {}, onProgress: () => {} }, { aborted: false }, compute);
