import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/model/onnx/read.ts';
import { decodeStates, encodeStates } from '../../../src/model/onnx/state-metadata.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { createRandom } from '../../../src/random.ts';
import { randomModel } from '../random-model.ts';
import { randomStates } from '../random-states.ts';

describe('the statistics of pooled states in a model file', () => {
  const model = { ...randomModel({ hiddenSize: 6 }), states: randomStates(6) };

  it('come back to four digits', () => {
    const { states } = readModel(writeModel(model), 'm.onnx');
    expect(states!.groups).toEqual(model.states.groups);
    for (const part of ['means', 'covarianceFactor'] as const)
      states![part].forEach((value, i) => expect(Math.abs(value - model.states[part][i]!)).toBeLessThan(1e-3));
  });

  it('come back to two digits where each has one byte, and take half the room', () => {
    const encoded = encodeStates(model.states, 1);
    const states = decodeStates(encoded, 6, model.labels)!;
    expect(states.groups).toEqual(model.states.groups);
    for (const part of ['means', 'covarianceFactor'] as const)
      states[part].forEach((value, i) => expect(Math.abs(value - model.states[part][i]!)).toBeLessThan(0.02));
    expect(encoded.means.integers.length).toBe(encodeStates(model.states, 2).means.integers.length / 2);
  });

  it.each([1, 2] as const)('keep a direction in which next to nothing varies: %i bytes for each number', (bytes) => {
    const covarianceFactor = model.states.covarianceFactor.map((value, at) => (at % 7 === 0 ? 1e-9 : value));
    expect(decodeStates(encodeStates({ ...model.states, covarianceFactor }, bytes), 6, model.labels)).toBeDefined();
  });

  it('are the same bytes when what was read is written again', () => {
    const bytes = writeModel(model);
    expect(writeModel(readModel(bytes, 'm.onnx'))).toEqual(bytes);
  });

  it('take less than 150 kB for 256 units and 37 groups', () => {
    const { groups, covarianceFactor } = randomStates(256);
    const many = Array.from({ length: 37 }, (_, i) => ({ ...groups[i % 4]!, name: `word ${i}` }));
    const encoded = encodeStates({ groups: many, means: new Float32Array(37 * 256).fill(0.3), covarianceFactor });
    expect(JSON.stringify(encoded).length).toBeLessThan(150_000);
  });

  describe('with words as they are heard live', () => {
    const size = 6;
    const random = createRandom(8);
    const words = {
      labels: ['nö', 'yes'],
      means: Float32Array.from({ length: 2 * size }, () => random.normal()),
      covarianceFactor: model.states.covarianceFactor.map((value) => value / 3),
      variances: Float32Array.from({ length: 2 * size }, () => random.between(0.3, 4)),
    };
    const live = { ...model.states, words };

    it.each([
      [2, 1e-3],
      [1, 0.05],
    ] as const)('come back with them, with %i bytes for each number', (bytes, most) => {
      const back = decodeStates(encodeStates(live, bytes), size, model.labels)!.words!;
      expect(back.labels).toEqual(words.labels);
      for (const part of ['means', 'covarianceFactor', 'variances'] as const)
        back[part].forEach((value, i) => expect(Math.abs(value - words[part][i]!)).toBeLessThan(most));
    });

    it('keep a variance that is next to nothing beside the largest', () => {
      const variances = words.variances.map((value, i) => (i === 1 ? 1e-7 : value));
      expect(
        decodeStates(encodeStates({ ...live, words: { ...words, variances } }, 1), size, model.labels),
      ).toBeDefined();
    });

    it('are the same bytes when what was read is written again', () => {
      const bytes = writeModel({ ...model, states: live });
      expect(writeModel(readModel(bytes, 'm.onnx'))).toEqual(bytes);
    });

    it('are refused where a word is strange or told twice, of another size, or damaged', () => {
      const encoded = encodeStates(live);
      const of = encoded.words!;
      const damaged = [
        { ...of, labels: ['nö', 'strange'] },
        { ...of, labels: ['nö', 'nö'] },
        { ...of, labels: ['nö'] },
        { ...of, means: { ...of.means, integers: of.means.integers.slice(8) } },
        { ...of, variances: { ...of.variances, integers: Buffer.alloc(4 * size).toString('base64') } },
        { ...of, covarianceFactor: { ...of.covarianceFactor, integers: Buffer.alloc(42).toString('base64') } },
      ];
      for (const altered of damaged)
        expect(decodeStates({ ...encoded, words: altered }, size, model.labels)).toBeUndefined();
    });
  });

  it('may be missing', () => {
    expect(readModel(writeModel(randomModel()), 'm.onnx').states).toBeUndefined();
  });

  it('are refused where they are of a network of another size, name a strange label, or are damaged', () => {
    const encoded = encodeStates(model.states);
    const { labels } = model;
    expect(decodeStates(encoded, 6, labels)).toBeDefined();
    expect(decodeStates(encoded, 7, labels)).toBeUndefined();
    expect(decodeStates(encoded, 6, ['yes', 'no'])).toBeUndefined();
    const factor = encoded.covarianceFactor;
    const damaged = [
      null,
      {},
      { ...encoded, groups: [] },
      { ...encoded, means: { ...encoded.means, integers: encoded.means.integers.slice(8) } },
      { ...encoded, covarianceFactor: { ...factor, integers: Buffer.alloc(42).toString('base64') } },
      { ...encoded, covarianceFactor: { ...factor, exponents: factor.exponents.map(() => 1e9) } },
    ];
    for (const states of damaged) expect(decodeStates(states, 6, labels)).toBeUndefined();
  });

  it('never crash the reader, however their text is altered', () => {
    const random = createRandom(2);
    const text = JSON.stringify(encodeStates(model.states));
    for (let round = 0; round < 500; round++) {
      const at = random.integer(text.length);
      const altered = text.slice(0, at) + String.fromCharCode(32 + random.integer(95)) + text.slice(at + 1);
      let value: unknown;
      try {
        value = JSON.parse(altered);
      } catch {
        continue;
      }
      const decoded = decodeStates(value, 6, model.labels);
      if (decoded) expect([...decoded.means, ...decoded.covarianceFactor].every(Number.isFinite)).toBe(true);
    }
  });
});
