import { expect, it } from 'vitest';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { ClassPlan } from '../../src/training/class-plan.ts';
import { Teacher } from '../../src/training/teacher.ts';
import { Teachers } from '../../src/training/teachers.ts';
import { randomModel } from '../model/random-model.ts';

it('two teachers answer with the mean of their posteriors, and one alone with its own', async () => {
  const models = [randomModel({}, 1), randomModel({}, 2)] as const;
  const [{ labels, features }] = models;
  const classes = new ClassPlan(
    labels,
    labels.map(() => ({ groups: [], count: 10 })),
    [],
    10,
  );
  const batch = {
    inputs: Float32Array.from({ length: features.windowFrames * features.coefficients }, (_, i) => Math.sin(i)),
    lengths: Int32Array.of(features.windowFrames),
    frameCount: features.windowFrames,
  };
  const draw = { clips: Int32Array.of(0), classes: Int32Array.of(0) };
  const [one, other] = models.map(
    (model) =>
      new Teacher(model, { temperature: 2, share: 0.5 }, classes, model, 1, createReferenceBackend(), () => {
        throw new Error('The student hears as its teacher does.');
      }),
  ) as [Teacher, Teacher];
  const first = await one.teach(draw, 1, 0, batch);
  const second = await other.teach(draw, 1, 0, batch);
  const together = await new Teachers([one, other]).teach(draw, 1, 0, batch);
  expect(together).toMatchObject({ temperature: 2, share: 0.5 });
  expect(first.posteriors).not.toEqual(second.posteriors);
  labels.forEach((_, i) =>
    expect(together.posteriors[i]).toBeCloseTo((first.posteriors[i]! + second.posteriors[i]!) / 2, 6),
  );
  expect(await new Teachers([one]).teach(draw, 1, 0, batch)).toEqual(first);
});
