import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import type { HeedError } from '../../../src/errors.ts';
import { roundedToInt8 } from '../../../src/model/export/exported-model.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import type { Model } from '../../../src/model/model.ts';
import { type ModelProto, ModelProtoSchema } from '../../../src/model/onnx/onnx_pb.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { verifyWithOnnxRuntime } from '../../../src/model/verify-with-onnxruntime.ts';
import type { ClassifierShape } from '../../../src/nn/network.ts';
import { parameterSet } from '../../../src/nn/parameters.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { createRandom } from '../../../src/random.ts';
import { FactoredWeights } from '../../../src/training/compress/factored-weights.ts';
import { mutateBytes } from '../../mutate-bytes.ts';
import { randomFrames, randomModel } from '../random-model.ts';

const CELLS = ['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu'] as const;

/** A random model whose layers have low rank. */
function lowRankModel(overrides: Partial<ClassifierShape> = {}): Model {
  const model = randomModel({ hiddenSize: 16, layerCount: 2, pooling: 'mean', ...overrides });
  const factored = new FactoredWeights(model.shape, model.parameters.values, 0.4);
  const parameters = parameterSet(model.shape, 'float32', factored.expand(factored.initial));
  return { ...model, parameters: { ...parameters, factors: factored.factorsOf(factored.initial) } };
}

function altered(change: (proto: ModelProto) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, writeModel(lowRankModel()));
  change(proto);
  return toBinary(ModelProtoSchema, proto);
}

describe('a model whose layers have low rank', () => {
  it.each(CELLS)('is read as it was saved, its factors and their products: %s', (cell) => {
    const model = lowRankModel({ cell });
    const read = readModel(writeModel(model), 'thin.onnx');
    expect(read).toEqual(model);
    expect(writeModel(read)).toEqual(writeModel(model));
  });

  it.each(CELLS)('is read with its factors rounded from an export to eight bits: %s', (cell) => {
    const model = lowRankModel({ cell });
    const bytes = writeExport(model, { form: 'clip', int8: true });
    expect(readModel(bytes, 'thin.onnx')).toEqual(roundedToInt8(model));
  });

  it.each(CELLS)('gives ONNX Runtime’s logits on the same file, in 32 bits and in eight: %s', async (cell) => {
    const model = lowRankModel({ cell });
    for (const int8 of [false, true]) {
      const bytes = writeExport(model, { form: 'clip', int8 });
      const clips = [1, 7, 20].map((frames) => randomFrames(model, frames, frames));
      const read = readModel(bytes, 'thin.onnx');
      const { maxDifference } = await verifyWithOnnxRuntime(bytes, read, createReferenceBackend(), clips);
      expect(maxDifference).toBeLessThanOrEqual(1e-5);
    }
  });

  it('has a smaller file, in every form', () => {
    const model = lowRankModel({ hiddenSize: 64 });
    const whole = { ...model, parameters: parameterSet(model.shape, 'float32', model.parameters.values) };
    for (const form of ['clip', 'audio', 'stream', 'stream-audio'] as const)
      for (const int8 of [false, true])
        expect(writeExport(model, { form, int8 }).length).toBeLessThan(0.7 * writeExport(whole, { form, int8 }).length);
  });

  it('is an ordinary model again once its weights are others', () => {
    const { parameters, ...model } = lowRankModel();
    const whole = { ...model, parameters: parameterSet(model.shape, 'float32', parameters.values) };
    expect(readModel(writeModel(whole), 'whole.onnx').parameters.factors).toBeUndefined();
  });

  const ranks = (p: ModelProto) => p.metadataProps.find(({ key }) => key === 'heed.ranks')!;
  const lies: [string, string, (proto: ModelProto) => void][] = [
    ['ranks that are no JSON', 'model-format', (p) => (ranks(p).value = '[')],
    ['ranks of fewer layers', 'model-format', (p) => (ranks(p).value = '[{"input":1,"recurrent":1}]')],
    [
      'a rank that saves nothing',
      'model-format',
      (p) => (ranks(p).value = '[{"input":1,"recurrent":12},{"input":1,"recurrent":1}]'),
    ],
    ['a rank below zero', 'model-format', (p) => (ranks(p).value = ranks(p).value.replace(/\d/, '-1'))],
    [
      'other ranks than its tensors have',
      'model-format',
      (p) => (ranks(p).value = '[{"input":1,"recurrent":1},{"input":1,"recurrent":1}]'),
    ],
    ['no ranks', 'model-unsupported', (p) => p.metadataProps.splice(p.metadataProps.indexOf(ranks(p)), 1)],
    ['a factor that is missing', 'model-format', (p) => p.graph!.initializer.splice(2, 1)],
    [
      'factors whose product is infinite',
      'model-format',
      (p) => {
        for (const side of ['left', 'right']) {
          const tensor = p.graph!.initializer.find(({ name }) => name === `gru.0.R.${side}`)!;
          tensor.rawData = new Uint8Array(new Float32Array(tensor.rawData.length / 4).fill(1e30).buffer);
        }
      },
    ],
  ];
  it.each(lies)('is refused with %s', (_, code, change) => {
    let error: unknown;
    try {
      readModel(altered(change), 'thin.onnx');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code });
    expect((error as HeedError).message).toMatch(/^thin\.onnx \P{Cc}+\.$/u);
  });

  it('is read or refused, however it was damaged: 500 seeded mutations', () => {
    const bytes = writeExport(lowRankModel({ hiddenSize: 6 }), { form: 'clip', int8: true });
    const random = createRandom(20261124, 'mutations of factors');
    let read = 0;
    for (let round = 0; round < 500; round++)
      try {
        const model = readModel(mutateBytes(bytes, random), 'thin.onnx');
        expect(model.parameters.values.every(Number.isFinite)).toBe(true);
        read++;
      } catch (error) {
        expect(['model-format', 'model-unsupported', 'feature-mismatch']).toContain((error as HeedError).code);
      }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(250);
  });
});
