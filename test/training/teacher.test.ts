import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ExampleMaker } from '../../src/dataset/example-maker.ts';
import { DEFAULT_FEATURE_SETTINGS, withHop } from '../../src/features/settings.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { createReferenceBackend } from '../../src/nn/reference-backend.ts';
import { ClassPlan } from '../../src/training/class-plan.ts';
import { createCompute } from '../../src/engine/compute.ts';
import { Teacher } from '../../src/training/teacher.ts';
import { trainModel } from '../../src/training/train-run.ts';
import { randomModel } from '../model/random-model.ts';
import { addCorpus, KINDS, NEVER, temporaryFolder, tinyRun } from './sound-folders.ts';

const quiet = { onEpoch: () => {}, onProgress: () => {} };
const compute = createCompute();

describe('a teacher', () => {
  const model = randomModel();
  const words = ['yes', 'cat', 'dog'];
  // The student has the teacher's labels in another order, and draws unknown words four times as often.
  const labels = [...model.labels].reverse();
  const unknown = labels.indexOf('_unknown_');
  const counts = labels.map((_, label) => ({ groups: [], count: label === unknown ? 400 : 100 }));
  const classes = new ClassPlan(labels, counts, words, 100);
  const { windowFrames, coefficients } = model.features;
  const batch = {
    inputs: Float32Array.from({ length: 2 * windowFrames * coefficients }, (_, i) => Math.sin(i)),
    lengths: Int32Array.of(windowFrames, windowFrames),
    frameCount: windowFrames,
  };
  const backend = createReferenceBackend();
  const noMaker = (): never => {
    throw new Error('The student hears as its teacher does.');
  };

  it('answers in the order of the student’s labels, softened, with what the draw favours raised', async () => {
    const teacher = new Teacher(model, { temperature: 3, share: 0.6 }, classes, model, 8, backend, noMaker);
    const draw = { clips: Int32Array.of(0, 0), classes: Int32Array.of(0, unknown) };
    const { posteriors, temperature, share } = await teacher.teach(draw, 1, 0, batch);
    expect({ temperature, share }).toEqual({ temperature: 3, share: 0.6 });
    const logits = backend.createNetwork(model.shape, model.parameters).forward(batch);
    const raised = labels.map((label, i) => logits[model.labels.indexOf(label)]! + (i === unknown ? Math.log(4) : 0));
    const sum = raised.reduce((total, logit) => total + Math.exp(logit / 3), 0);
    raised.forEach((logit, i) => expect(posteriors[i]).toBeCloseTo(Math.exp(logit / 3) / sum, 5));
    expect(posteriors).toHaveLength(2 * classes.classCount);
  });

  it('says of an unknown word that is learned by name what it holds for unknown', async () => {
    const teacher = new Teacher(model, { temperature: 1, share: 1 }, classes, model, 8, backend, noMaker);
    const cat = labels.length + classes.named.indexOf('cat');
    const plain = await teacher.teach(
      { clips: Int32Array.of(1, 1), classes: Int32Array.of(unknown, unknown) },
      1,
      0,
      batch,
    );
    const named = await teacher.teach(
      { clips: Int32Array.of(1, 1), classes: Int32Array.of(cat, unknown) },
      1,
      0,
      batch,
    );
    expect(named.posteriors[cat]).toBe(plain.posteriors[unknown]);
    expect(named.posteriors[unknown]).toBe(0);
    const rest = classes.classCount + unknown;
    expect(named.posteriors[rest]).toBe(plain.posteriors[rest]);
  });

  it('hears the same examples with its own features, where the student has others', async () => {
    const asked: [number[], number, number][] = [];
    const maker: ExampleMaker = {
      make: async (clips, epoch, first, out) => {
        asked.push([[...clips], epoch, first]);
        out.set(batch.inputs);
      },
    };
    const student = { ...model, features: withHop(DEFAULT_FEATURE_SETTINGS, 20) };
    const settings = { temperature: 1, share: 1 };
    const own = new Teacher(model, settings, classes, student, 8, backend, () => maker);
    const draw = { clips: Int32Array.of(5, 6), classes: Int32Array.of(0, 0) };
    const other = { ...batch, inputs: new Float32Array(batch.inputs.length) };
    const found = await own.teach(draw, 3, 12, other);
    const same = new Teacher(model, settings, classes, model, 8, backend, noMaker);
    expect(found).toEqual(await same.teach(draw, 3, 12, batch));
    expect(asked).toEqual([[[5, 6], 3, 12]]);
  });

  it('of other labels is refused in a sentence', () => {
    const others = new ClassPlan(['lamp', ...labels.slice(1)], counts, words, 100);
    const create = () => new Teacher(model, { temperature: 1, share: 1 }, others, model, 8, backend, noMaker);
    expect(create).toThrow(/The teacher knows .*, and this training lamp/);
  });
});

it('what is learned from a teacher alone is right where every label is wrong', async () => {
  const root = await temporaryFolder();
  await addCorpus(root, 12, 4);
  const teacher = await trainModel(tinyRun(root, { batch: 8 }), quiet, NEVER, compute);
  expect(teacher.validationAccuracy).toBeGreaterThan(0.95);

  const train = join(root, 'train');
  await rename(join(train, KINDS[0]!), join(train, 'other'));
  for (const [i, kind] of KINDS.slice(1).entries()) await rename(join(train, kind), join(train, KINDS[i]!));
  await rename(join(train, 'other'), join(train, KINDS.at(-1)!));
  const settings = tinyRun(root, { batch: 8, hidden: 12, out: join(root, 'student.onnx'), teachers: [teacher.out] });
  const student = await trainModel(
    { ...settings, tuning: { ...settings.tuning, teacherShare: 1 } },
    quiet,
    NEVER,
    compute,
  );
  expect(student.validationAccuracy).toBeGreaterThan(0.9);
}, 90_000);

it('a teacher of other labels ends a run before it trains', async () => {
  const root = await temporaryFolder();
  await addCorpus(root, 4, 2);
  await saveModel(join(root, 'other.onnx'), randomModel());
  const run = trainModel(tinyRun(root, { teachers: [join(root, 'other.onnx')] }), quiet, NEVER, compute);
  await expect(run).rejects.toMatchObject({ code: 'dataset' });
});
