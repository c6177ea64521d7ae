import { createHash } from 'node:crypto';
import { encodeShape } from '../model/onnx/shape-metadata.ts';
import type { ClassifierShape } from '../nn/network.ts';
import type { TrainRunSettings, TrainTuning } from './settings.ts';
import type { StartModel } from './start-from-model.ts';
import type { TrainingSet } from './training-set.ts';
import type { ValidationSet } from './validation.ts';

/** Names all that decides on the weights; where folders lie on this computer does not. */
export function fingerprintOf(
  { hidden, layers, epochs, batch, seed, precision }: TrainRunSettings,
  { checkpointEveryMs: _, temperature, teacherShare, sparsity, weightBits, factorShare, ...tuning }: TrainTuning,
  shape: ClassifierShape,
  set: TrainingSet,
  validation: ValidationSet,
  features: string,
  backend: string,
  start: StartModel | undefined,
  teachers: readonly StartModel[],
): string {
  const network = { shape: encodeShape(shape), features, backend };
  const settings = { hidden, layers, epochs, batch, seed, tuning, ...network, labels: set.plan.labels };
  // What came later is named where it is used, so that earlier runs can be gone on with.
  const other = {
    ...(precision && precision !== 'float32' ? { precision } : {}),
    ...(sparsity > 0 || weightBits === 8 ? { sparsity, weightBits } : {}),
    ...(factorShare < 1 ? { factorShare } : {}),
  };
  const teaching = teachers.length > 0 ? [...teachers.map(({ digest }) => digest), temperature, teacherShare] : [];
  const digests = [set.digest, validation.digest, start?.digest, ...teaching];
  return createHash('sha256')
    .update(JSON.stringify([{ ...settings, ...other }, digests]))
    .digest('hex');
}
