import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HeedError } from '../../../src/errors.ts';
import { createFrameClassifier } from '../../../src/model/frame-classifier.ts';
import { importModel, type ImportSettings } from '../../../src/model/import/import-model.ts';
import type { Model } from '../../../src/model/model.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { verifyWithOnnxRuntime } from '../../../src/model/verify-with-onnxruntime.ts';
import { DEFAULT_TRAINER_SETTINGS } from '../../../src/nn/network.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { createRandom } from '../../../src/random.ts';
import { randomModel } from '../random-model.ts';
import { fixture, IMPORT_SETTINGS, THREE_LABELS } from './fixture.ts';

const backend = createReferenceBackend();
const names = readdirSync(new URL('fixtures/', import.meta.url))
  .filter((name) => name.endsWith('.onnx'))
  .map((name) => name.slice(0, -'.onnx'.length));
const taken = names.filter((name) => !name.includes('refused'));

function imported(name: string, settings: Partial<ImportSettings> = {}): Model {
  return importModel(fixture(name), `${name}.onnx`, { ...IMPORT_SETTINGS, ...settings });
}

function refusal(name: string, settings: Partial<ImportSettings> = {}): HeedError {
  try {
    imported(name, settings);
  } catch (error) {
    return error as HeedError;
  }
  throw new Error(`${name} was imported`);
}

/** What ONNX Runtime gives for clips `[B, T, K]` on the file as its maker wrote it, `[B, C]`. */
async function runOriginal(name: string, clips: Float32Array, batch: number, frames: number, size: number) {
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const session = await InferenceSession.create(fixture(name), { logSeverityLevel: 3 });
  const order = layoutOf(name);
  const sizes = { batch, frames, size };
  const dims = order.map((axis) => sizes[axis]);
  const input = new Float32Array(clips.length);
  for (let b = 0; b < batch; b++)
    for (let t = 0; t < frames; t++)
      for (let k = 0; k < size; k++) {
        const at = { batch: b, frames: t, size: k };
        const to = order.reduce((place, axis) => place * sizes[axis] + at[axis], 0);
        input[to] = clips[(b * frames + t) * size + k]!;
      }
  const output = session.outputNames[0]!;
  const result = await session.run({ [session.inputNames[0]!]: new Tensor('float32', input, dims) }, [output]);
  await session.release();
  return result[output]!.data as Float32Array;
}

/** The order of the input's axes, as the script that made the file chose it. */
function layoutOf(name: string): ('batch' | 'frames' | 'size')[] {
  if (name.includes('transposed')) return ['batch', 'size', 'frames'];
  const framesFirst =
    name.includes('frames-first') || ['squeezed', 'fixed-mean', 'unfolded-mean'].some((part) => name.endsWith(part));
  return framesFirst ? ['frames', 'batch', 'size'] : ['batch', 'frames', 'size'];
}

/** Our answer in the form in which the file gives its own. */
function ourAnswer(name: string, model: Model, clip: Float32Array): Float32Array {
  const classifier = createFrameClassifier(model, backend);
  if (name.includes('log-softmax')) return classifier.posteriorsOfFrames(clip).map(Math.log);
  const gives =
    name.startsWith('keras') ||
    ['softmax', 'unfolded-mean', 'opset-11', 'opset-17'].some((part) => name.endsWith(part));
  return gives ? classifier.posteriorsOfFrames(clip) : classifier.logitsOfFrames(clip);
}

describe('an imported network', () => {
  it('is one of at least thirty forms', () => {
    expect(taken.length).toBeGreaterThanOrEqual(30);
  });

  it.each(taken)('gives what ONNX Runtime gives for the original, to 1e-5: %s', async (name) => {
    const model = imported(name);
    const fixed = name.includes('fixed') || name === 'keras-average';
    const [batch, frames, size] = [name.endsWith('batch-of-one') ? 1 : 2, fixed ? 11 : 17, model.shape.inputSize];
    const random = createRandom(7, name);
    const clips = Float32Array.from({ length: batch * frames * size }, () => 2 * random.normal());
    const theirs = await runOriginal(name, clips, batch, frames, size);
    let largest = 0;
    for (let b = 0; b < batch; b++) {
      const ours = ourAnswer(name, model, clips.subarray(b * frames * size, (b + 1) * frames * size));
      ours.forEach((value, i) => (largest = Math.max(largest, Math.abs(value - theirs[b * ours.length + i]!))));
    }
    expect(largest).toBeLessThan(1e-5);
  });

  it.each(['torch-hidden-3', 'torch-normalised', 'keras-reset-before', 'torch-lstm-hidden-3', 'torch-rnn'])(
    'is saved as a model of Heed’s that ONNX Runtime agrees with and that reads back the same: %s',
    async (name) => {
      const model = imported(name);
      const bytes = writeModel(model);
      expect(readModel(bytes, 'saved.onnx')).toEqual(model);
      const random = createRandom(3, name);
      const clip = Float32Array.from({ length: 20 * model.shape.inputSize }, () => random.normal());
      expect((await verifyWithOnnxRuntime(bytes, model, backend, [clip])).maxDifference).toBeLessThan(1e-5);
    },
  );

  it.each(['torch-mean-batch-first', 'torch-zeros', 'keras-reset-before'])(
    'goes on learning: its loss on a few sequences falls to a tenth (%s)',
    async (name) => {
      const model = imported(name);
      const network = backend.createNetwork(model.shape, model.parameters);
      const trainer = network.createTrainer(DEFAULT_TRAINER_SETTINGS);
      const random = createRandom(11);
      const inputs = Float32Array.from({ length: 6 * 9 * model.shape.inputSize }, () => random.normal());
      const batch = { inputs, lengths: new Int32Array(6).fill(9), frameCount: 9 };
      const targets = { loss: 'cross-entropy', classes: Int32Array.of(0, 1, 2, 0, 1, 2) } as const;
      const first = (await trainer.step(batch, targets, 0.03)).loss;
      let last = first;
      for (let step = 0; step < 80; step++) last = (await trainer.step(batch, targets, 0.03)).loss;
      expect(last).toBeLessThan(first / 10);
    },
  );

  it('takes the labels, the features and the provenance that it is given', () => {
    const model = imported('torch-mean-batch-first', {
      features: { hopLength: 320, frameLength: 512, melBands: 20 },
      command: 'heed import m.onnx',
    });
    expect(model.labels).toEqual(THREE_LABELS);
    // A second in hops of 20 ms: the last frame begins at or after 15,488 samples.
    expect(model.features).toMatchObject({ hopLength: 320, melBands: 20, coefficients: 5, windowFrames: 50 });
    expect(model.provenance).toMatchObject({
      madeBy: 'heed import m.onnx',
      trainedOn: expect.stringMatching(/pytorch 1/) as string,
    });
    expect(model.scores).toEqual([]);
  });

  it('hears as many frames as the graph was exported for, unless told otherwise', () => {
    expect(imported('torch-fixed-mean').features.windowFrames).toBe(11);
    expect(imported('torch-fixed-mean', { features: { windowFrames: 40 } }).features.windowFrames).toBe(40);
    expect(imported('torch-mean-batch-first').features.windowFrames).toBe(98);
  });

  it('keeps the normaliser of the graph, behind the one that it is given', () => {
    const plain = imported('torch-normalised').normaliser;
    expect([...plain.mean]).toEqual([-3, -1.5, 0, 1.5, 3]);
    expect([...plain.deviation]).toEqual([0.5, 0.875, 1.25, 1.625, 2]);
    const both = imported('torch-normalised', { mean: [10], deviation: [1, 2, 1, 1, 4] }).normaliser;
    expect([...both.mean]).toEqual([7, 7, 10, 11.5, 22]);
    expect([...both.deviation]).toEqual([0.5, 1.75, 1.25, 1.625, 8]);
  });

  it('is the same model where Heed saved the file', () => {
    const model = randomModel({ layerCount: 2 });
    const settings = { heedVersion: '0', command: 'a test' };
    expect(importModel(writeModel(model), 'own.onnx', settings)).toEqual(model);
    expect(importModel(writeModel(model), 'own.onnx', { ...settings, labels: model.labels })).toEqual(model);
    expect(() => importModel(writeModel(model), 'own.onnx', IMPORT_SETTINGS)).toThrow(/own labels \(yes, nö, /);
  });
});

describe('what cannot be taken', () => {
  it.each([
    ['torch-refused-bidirectional', /bidirectional/],
    ['torch-refused-mixed', /both LSTM and GRU layers/],
    ['torch-refused-lstm-memory', /uses output 3 of LSTM/],
    ['torch-refused-rnn-relu', /RNN has the activations Relu/],
    ['torch-refused-initial-ones', /starts from a state of its own/],
    ['torch-refused-relu-before', /the operator Relu /],
    ['torch-refused-relu-after', /the operator Relu /],
    ['torch-refused-max-pooling', /the operator ReduceMax /],
    ['torch-refused-first-frame', /Gather takes frame 0/],
    ['keras-refused-relu', /Sigmoid and Relu/],
  ])('is refused in one sentence that names it: %s', (name, why) => {
    const { code, message } = refusal(name);
    expect(code).toBe('model-unsupported');
    expect(message).toMatch(why);
    expect(message).toMatch(/^\S+\.onnx cannot be imported: [^.]+\. Nothing was changed\.$/);
  });

  it('is a network without as many labels as it has outputs', () => {
    expect(refusal('torch-softmax', { labels: undefined })).toMatchObject({
      code: 'labels-missing',
      message: expect.stringContaining('3 labels') as string,
    });
    for (const labels of [
      ['a', 'b'],
      ['a', 'a', 'b'],
      ['a', 'b', ''],
      ['a', 'b', 'c'.repeat(65)],
    ])
      expect(refusal('torch-softmax', { labels })).toMatchObject({ code: 'usage' });
  });

  it('are features that the network cannot take', () => {
    expect(refusal('torch-softmax', { features: { coefficients: 13 } }).message).toMatch(/takes 5 numbers per frame/);
    expect(refusal('torch-softmax', { features: { hopLength: 0 } }).code).toBe('feature-settings');
    expect(refusal('torch-softmax', { mean: [1, 2] }).message).toMatch(/2 were given as their mean/);
    expect(refusal('torch-softmax', { deviation: [0] }).code).toBe('usage');
  });
});
