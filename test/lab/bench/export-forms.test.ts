import { expect, it } from 'vitest';
import { measureForms } from '../../../src/lab/bench/export-forms.ts';
import { EXPORT_FORMS } from '../../../src/model/export/forms.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { randomModel } from '../../model/random-model.ts';

const never = { aborted: false } as AbortSignal;

it('measures every form in both kinds of weights', async () => {
  const model = randomModel({ layerCount: 2, pooling: 'mean' });
  const figures = await measureForms(model, { seconds: 0.01, rounds: 1 }, createReferenceBackend(), () => {}, never);
  expect(figures.map(({ form, int8 }) => [form, int8])).toEqual(
    EXPORT_FORMS.flatMap((form) => [
      [form, false],
      [form, true],
    ]),
  );
  for (const { int8, bytes, maxDifference, callMicroseconds, timeShare } of figures) {
    expect(bytes).toBeGreaterThan(1000);
    expect(maxDifference).toBeGreaterThan(0);
    expect(callMicroseconds).toBeGreaterThan(0);
    if (int8) expect(timeShare).toBeGreaterThan(0);
    else expect(timeShare).toBe(1);
  }
});
