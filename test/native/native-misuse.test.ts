import { describe, expect, it } from 'vitest';
import { DEFAULT_FEATURE_SETTINGS } from '../../src/features/settings.ts';
import type { NativeAddon } from '../../src/native/addon.ts';
import { DEFAULT_TRAINER_SETTINGS } from '../../src/nn/network.ts';
import { addon as loaded } from './load.ts';
import {
  addon,
  coded,
  detach,
  frameCount,
  makeBatch,
  makeNetwork,
  sequences,
  shape,
  targets,
  wrong,
} from './small-network.ts';

describe.skipIf(!loaded)('the native core, misused', () => {
  it('refuses batches, targets and parameters of wrong lengths or types', () => {
    const { handle } = makeNetwork();
    const good = makeBatch();
    for (const bad of [
      { inputs: good.inputs.subarray(1) },
      { inputs: Float64Array.from(good.inputs) },
      { inputs: Array.from(good.inputs) },
      { lengths: new Int32Array(0) },
      { lengths: new Int32Array(sequences) },
      { lengths: new Int32Array(sequences).fill(frameCount + 1) },
      { lengths: new Uint32Array(sequences).fill(1) },
      { frameCount: 0 },
      { frameCount: 1.5 },
      { frameCount: NaN },
      { frameCount: 2 ** 30 },
      { frameCount: '7' },
      { inputs: undefined },
      { inputs: new Float32Array(new SharedArrayBuffer(good.inputs.byteLength)).fill(1) },
    ])
      expect(() => handle.forward(wrong({ ...good, ...bad })), JSON.stringify(Object.keys(bad))).toThrow(
        coded('shape-mismatch'),
      );
    for (const bad of [undefined, null, 5, 'batch', []])
      expect(() => handle.forward(wrong(bad))).toThrow(coded('shape-mismatch'));
    expect(() => handle.setParameters(new Float32Array(3))).toThrow(coded('shape-mismatch'));
    const trainer = new addon.NativeTrainer(handle, DEFAULT_TRAINER_SETTINGS);
    for (const bad of [
      { loss: 'cross-entropy', classes: new Int32Array(sequences).fill(3) },
      { loss: 'cross-entropy', classes: new Int32Array(sequences).fill(-1) },
      { loss: 'cross-entropy', classes: new Int32Array(sequences - 1) },
      { loss: 'mean-squared-error', values: new Float32Array(sequences) },
      { loss: 'hinge', classes: new Int32Array(sequences) },
    ])
      expect(() => trainer.step(good, wrong(bad), 0.1, new Float32Array(3))).toThrow(coded('shape-mismatch'));
    for (const rate of [-1, NaN, Infinity])
      expect(() => trainer.step(good, targets, rate, makeNetwork().parameters)).toThrow(coded('usage'));
  });

  it('refuses shapes and settings that cannot be, also such as would need all memory', () => {
    for (const bad of [
      ...[{ hiddenSize: 0 }, { inputSize: -1 }, { layerCount: 1.5 }, { classCount: NaN }, { cell: 'transformer' }],
      ...[{ pooling: 'max' }, { hiddenSize: 16_384, layerCount: 64 }, { hiddenSize: 2 ** 40 }],
    ])
      expect(() => new addon.NativeNetwork(wrong({ ...shape, ...bad }), 'sse2'), JSON.stringify(bad)).toThrow(
        coded('shape-mismatch'),
      );
    expect(() => new addon.NativeNetwork(shape, 'avx1024')).toThrow(coded('usage'));
    for (const bad of [{ dropout: 1 }, { beta1: 1 }, { truncateFrames: 0 }, { seed: '1' }])
      expect(
        () => new addon.NativeTrainer(makeNetwork().handle, wrong({ ...DEFAULT_TRAINER_SETTINGS, ...bad })),
      ).toThrow(coded('shape-mismatch'));
  });

  it('tells networks from objects of other classes', () => {
    const { handle, set } = makeNetwork();
    for (const bad of [
      ...[undefined, null, 1, {}, [], () => 1, Object.create(addon.NativeNetwork.prototype), new Proxy(handle, {})],
      ...[new addon.NativeStream(handle), new addon.NativeTrainer(handle, DEFAULT_TRAINER_SETTINGS)],
      new addon.NativeMfcc(DEFAULT_FEATURE_SETTINGS, set),
    ]) {
      expect(() => new addon.NativeTrainer(wrong(bad), DEFAULT_TRAINER_SETTINGS)).toThrow(coded('usage'));
      expect(() => new addon.NativeStream(wrong(bad))).toThrow(coded('usage'));
    }
  });

  it('refuses methods on objects of other classes', () => {
    const { handle, set } = makeNetwork();
    const others = [
      ...[new addon.NativeStream(handle), new addon.NativeMfcc(DEFAULT_FEATURE_SETTINGS, set), {}, undefined, 1],
      Object.create(addon.NativeNetwork.prototype),
    ];
    const { forward, cancel } = addon.NativeNetwork.prototype as InstanceType<NativeAddon['NativeNetwork']>;
    for (const other of others) {
      expect(() => Reflect.apply(forward, other, [makeBatch()])).toThrow(TypeError);
      expect(() => Reflect.apply(cancel, other, [])).toThrow(TypeError);
    }
    expect(() => Reflect.apply(addon.NativeNetwork, undefined, [shape, set])).toThrow(TypeError);
  });

  it('computes zeros before it is given parameters', () => {
    const handle = new addon.NativeNetwork(shape, addon.instructionSets[0]!);
    expect(handle.forward(makeBatch())).toEqual(new Float32Array(sequences * shape.classCount));
    const logits = new Float32Array(shape.classCount).fill(1);
    new addon.NativeStream(handle).step(new Float32Array(shape.inputSize), logits);
    expect(logits).toEqual(new Float32Array(shape.classCount));
  });

  it('refuses arrays whose buffer was given away', () => {
    const { handle, parameters } = makeNetwork();
    for (const key of ['inputs', 'lengths'] as const) {
      const batch = makeBatch();
      detach(batch[key]);
      expect(() => handle.forward(batch)).toThrow(coded('shape-mismatch'));
    }
    detach(parameters);
    expect(() => handle.setParameters(parameters)).toThrow(coded('shape-mismatch'));
    expect(() => new addon.NativeStream(handle).step(parameters, new Float32Array(3))).toThrow(coded('shape-mismatch'));
  });

  it('passes on what a getter throws, and is not fooled by one that takes the arrays away', () => {
    const { handle } = makeNetwork();
    const thrown = new Error('mine');
    const throwing = {
      ...makeBatch(),
      get inputs(): Float32Array {
        throw thrown;
      },
    };
    expect(() => handle.forward(throwing)).toThrow(thrown);
    for (const [key, victim] of [
      ['inputs', 'lengths'],
      ['lengths', 'inputs'],
      ['frameCount', 'lengths'],
    ] as const) {
      const batch = makeBatch();
      const value = batch[key];
      Object.defineProperty(batch, key, { get: () => (batch[victim].byteLength && detach(batch[victim]), value) });
      expect(() => handle.forward(batch), `${key} takes ${victim}`).toThrow(coded('shape-mismatch'));
    }
  });

  it('refuses example plans that point outside of what there is', async () => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, windowFrames: 4 };
    const examples = new addon.NativeExamples(settings, addon.instructionSets[0]!);
    examples.addClip(new Int16Array(2000).fill(100));
    examples.addRecording(new Int16Array(500).fill(50));
    const good = [0, 0, 1, 0, 1, 0, 499, 0, 0, 0, 10, 0, 0, -1, 3, 1, -1, 0, 30, 100, 1];
    expect(good).toHaveLength(addon.planLength);
    const out = new Float32Array(4 * settings.coefficients);
    for (const [at, value] of [
      ...[
        [0, 1],
        [0, -2],
        [0, NaN],
        [1, 1e10],
        [2, 0],
        [2, -1],
        [2, 1e9],
        [4, 3],
        [5, 1],
        [5, -1],
        [6, 500],
        [6, -1],
      ],
      ...[
        [8, 1],
        [7, -1],
        [13, 2 ** 33],
        [14, 4],
        [14, -1],
        [15, 2],
        [11, Infinity],
        [16, 1],
        [16, -2],
        [17, 1],
        [17, -2],
        [18, -1e10],
        [19, 1e10],
        [19, NaN],
      ],
    ] as const) {
      const plan = Float64Array.from(good);
      plan[at!] = value!;
      expect(() => examples.make(plan, out), `field ${at} of ${value}`).toThrow(coded('usage'));
    }
    const plan = Float64Array.from(good);
    expect(() => examples.make(plan.subarray(1), out)).toThrow(coded('shape-mismatch'));
    expect(() => examples.make(plan, out.subarray(1))).toThrow(coded('shape-mismatch'));
    expect(() => examples.addClip(wrong(new Float32Array(5)))).toThrow(coded('shape-mismatch'));
    const running = examples.make(plan, out);
    expect(() => examples.make(plan, out)).toThrow(coded('busy'));
    expect(() => examples.addClip(new Int16Array(1))).toThrow(coded('busy'));
    expect(() => examples.setNormaliser()).toThrow(coded('busy'));
    await running;
    expect(out.some((value) => value !== 0)).toBe(true);
    const given = examples.make(plan, out);
    detach(out);
    await expect(given).rejects.toEqual(coded('shape-mismatch'));
  });

  it.each([
    ['reads shared sounds where they are', true],
    ['keeps a copy of sounds that could be taken away', false],
  ])('%s', async (_, shared) => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, windowFrames: 4 };
    const examples = new addon.NativeExamples(settings, addon.instructionSets[0]!);
    const sound = new Int16Array(shared ? new SharedArrayBuffer(4000) : new ArrayBuffer(4000));
    sound.forEach((_, i) => (sound[i] = 3000 * Math.sin(i / 3)));
    examples.addClip(sound);
    const plan = Float64Array.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, -1, -1, 0, 0, 0]);
    const [before, after] = [new Float32Array(160), new Float32Array(160)];
    await examples.make(plan, before);
    sound.fill(0);
    await examples.make(plan, after);
    if (shared) expect(after).not.toEqual(before);
    else expect(after).toEqual(before);
  });

  it('keeps the normaliser it has where a new one is refused', async () => {
    const settings = { ...DEFAULT_FEATURE_SETTINGS, windowFrames: 2 };
    const examples = new addon.NativeExamples(settings, addon.instructionSets[0]!);
    examples.addClip(Int16Array.from({ length: 2000 }, (_, i) => 3000 * Math.sin(i / 3)));
    const plan = Float64Array.from([0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, -1, -1, 0, 0, 0]);
    const ones = new Float32Array(settings.coefficients).fill(1);
    examples.setNormaliser(ones, ones);
    const [before, after] = [new Float32Array(80), new Float32Array(80)];
    await examples.make(plan, before);
    expect(() => examples.setNormaliser(ones, ones.subarray(1))).toThrow(coded('shape-mismatch'));
    await examples.make(plan, after);
    expect(after).toEqual(before);
  });

  it('refuses features from samples that are not there or no numbers', () => {
    const mfcc = new addon.NativeMfcc(DEFAULT_FEATURE_SETTINGS, addon.instructionSets[0]!);
    const [samples, out] = [new Float32Array(512 + 160), new Float32Array(80)];
    const extract = (start: unknown, frames: unknown, at: unknown = 0): void =>
      mfcc.extract(samples, wrong(start), wrong(frames), out, wrong(at), undefined, 0);
    for (const [start, frames, at] of [
      ...[
        [0, 3],
        [161, 2],
        [-1, 1],
        [0.5, 1],
        [NaN, 1],
        [2 ** 53, 1],
        [0, 0],
        [0, 2 ** 40],
        [0, 2, 1],
        ['0', 1],
      ],
    ])
      expect(() => extract(start, frames, at), `${start}, ${frames}, ${at}`).toThrow(coded('shape-mismatch'));
    samples[600] = NaN;
    expect(() => extract(0, 2)).toThrow(coded('sound-invalid'));
    expect(() => extract(0, 1)).not.toThrow();
  });
});
