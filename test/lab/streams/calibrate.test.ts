import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { calibrate } from '../../../src/lab/streams/calibrate.ts';
import { createReferenceCompute } from '../../../src/training/compute.ts';
import { randomModel } from '../../model/random-model.ts';
import { NEVER, temporaryFolder } from '../../training/sound-folders.ts';

it('refuses to doubt words by a memory that the model does not have, and writes nothing', async () => {
  const out = join(await temporaryFolder(), 'm.onnx');
  const settings = { model: randomModel(), streams: [], falseAcceptsPerHour: 1, unfamiliarityWeight: 3, out };
  await expect(calibrate(settings, createReferenceCompute(), () => {}, NEVER)).rejects.toMatchObject({ code: 'usage' });
  await expect(stat(out)).rejects.toMatchObject({ code: 'ENOENT' });
});
