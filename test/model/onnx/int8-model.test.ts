import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import type { HeedError } from '../../../src/errors.ts';
import { roundedToInt8 } from '../../../src/model/export/exported-model.ts';
import { EXPORT_FORMS } from '../../../src/model/export/forms.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import type { Model } from '../../../src/model/model.ts';
import {
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataType,
  TensorProtoSchema,
} from '../../../src/model/onnx/onnx_pb.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { verifyWithOnnxRuntime } from '../../../src/model/verify-with-onnxruntime.ts';
import type { ClassifierShape } from '../../../src/nn/network.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { createRandom } from '../../../src/random.ts';
import { mutateBytes } from '../../mutate-bytes.ts';
import { randomFrames, randomModel } from '../random-model.ts';
import { randomStates } from '../random-states.ts';

const INT8_CLIP = { form: 'clip', int8: true } as const;

const SHAPES: Partial<ClassifierShape>[] = [
  ...[1, 2].flatMap((layerCount) =>
    (['gru', 'gru-reset-after', 'lstm', 'mgu'] as const).flatMap((cell) =>
      (['last', 'mean'] as const).map((pooling) => ({ hiddenSize: 16, layerCount, cell, pooling })),
    ),
  ),
  { hiddenSize: 16, layerCount: 1, cell: 'gru', pooling: 'attention' },
  { hiddenSize: 16, layerCount: 2, cell: 'gru', pooling: 'multi-head' },
];

function roundTrip(model: Model): Model {
  return readModel(writeExport(model, INT8_CLIP), 'small.onnx');
}

/** The export of a small model with one thing changed. */
function altered(change: (proto: ModelProto) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, writeExport(randomModel({ hiddenSize: 2 }), INT8_CLIP));
  change(proto);
  return toBinary(ModelProtoSchema, proto);
}

function tensor(proto: ModelProto, name: string) {
  return proto.graph!.initializer.find((candidate) => candidate.name === name)!;
}

describe('a model with its weights in eight bits', () => {
  it.each(SHAPES)(
    'is read as the model it was exported from, with its weights rounded: $layerCount layers of $cell, $pooling pooling',
    (shape) => {
      const model = randomModel(shape);
      expect(roundTrip(model)).toEqual(roundedToInt8(model));
    },
  );

  it.each(SHAPES)(
    'gives ONNX Runtime’s logits on the same file: $layerCount layers of $cell, $pooling pooling',
    async (shape) => {
      const bytes = writeExport(randomModel(shape), INT8_CLIP);
      const model = readModel(bytes, 'small.onnx');
      const clips = [1, 7, 20, 63].map((frames) => randomFrames(model, frames, frames));
      const { maxDifference } = await verifyWithOnnxRuntime(bytes, model, createReferenceBackend(), clips);
      expect(maxDifference).toBeLessThanOrEqual(1e-5);
    },
  );

  it('keeps what it saw in training, by which it can be taught without forgetting', () => {
    const states = randomStates(6);
    const { groups, means, covarianceFactor } = roundTrip({ ...randomModel(), states }).states!;
    expect(groups).toEqual(states.groups);
    means.forEach((value, i) => expect(Math.abs(value - states.means[i]!)).toBeLessThan(0.02));
    covarianceFactor.forEach((value, i) => expect(Math.abs(value - states.covarianceFactor[i]!)).toBeLessThan(0.02));
  });

  it('can be saved with float32 weights, and is the same model then', () => {
    const model = roundTrip(randomModel({ layerCount: 2 }));
    expect(readModel(writeModel(model), 'model.onnx')).toEqual(model);
  });

  it.each(EXPORT_FORMS.filter((form) => form !== 'clip'))('is no model to go on with in the form %s', (form) => {
    const bytes = writeExport(randomModel(), { form, int8: true });
    expect(() => readModel(bytes, 'm.onnx')).toThrow(`(form "${form}")`);
  });

  const lies: [string, string, (proto: ModelProto) => void][] = [
    ['a matrix that is missing', 'model-format', (p) => p.graph!.initializer.splice(2, 1)],
    ['fewer numbers than promised', 'model-format', (p) => (tensor(p, 'gru.0.R.int8').rawData = new Uint8Array(3))],
    ['negative dimensions', 'model-format', (p) => (tensor(p, 'gru.0.W.int8').dims = [1n, -6n, -5n])],
    ['scales for columns instead of rows', 'model-format', (p) => (tensor(p, 'gru.0.W.scales').dims = [1n, 1n, 6n])],
    ['a scale that is not finite', 'model-format', (p) => tensor(p, 'head.weights.scales').rawData.fill(255)],
    [
      'numbers twice',
      'model-format',
      (p) => tensor(p, 'gru.0.R.int8').int32Data.push(...new Array<number>(12).fill(1)),
    ],
    [
      'scales that make the weights infinite',
      'model-format',
      (p) => {
        const scales = new Float32Array(5).fill(3e38);
        tensor(p, 'head.weights.scales').rawData = new Uint8Array(scales.buffer);
      },
    ],
    [
      'a matrix of unsigned numbers',
      'model-unsupported',
      (p) => (tensor(p, 'gru.0.W.int8').dataType = TensorProto_DataType.UINT8),
    ],
    ['a node less', 'model-unsupported', (p) => p.graph!.node.shift()],
    [
      'a tensor that nothing uses',
      'model-unsupported',
      (p) =>
        p.graph!.initializer.push(create(TensorProtoSchema, { name: 'spare', dataType: TensorProto_DataType.INT8 })),
    ],
    [
      'weights of two bits',
      'model-unsupported',
      (p) => (p.metadataProps.find(({ key }) => key === 'heed.weights')!.value = 'int2'),
    ],
    [
      'weights that are said to be float32',
      'model-unsupported',
      (p) => (p.metadataProps.find(({ key }) => key === 'heed.weights')!.value = 'float32'),
    ],
  ];
  it.each(lies)('is refused with %s', (_, code, change) => {
    let error: unknown;
    try {
      readModel(altered(change), 'small.onnx');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code });
    expect((error as HeedError).message).toMatch(/^small\.onnx \P{Cc}+\.$/u);
  });

  it('is read or refused, however it was damaged: 1,000 seeded mutations', () => {
    const bytes = writeExport(randomModel({ hiddenSize: 2 }), INT8_CLIP);
    const random = createRandom(20261123, 'mutations of eight bits');
    let read = 0;
    for (let round = 0; round < 1000; round++)
      try {
        const model = readModel(mutateBytes(bytes, random), 'small.onnx');
        expect(model.parameters.values.every(Number.isFinite)).toBe(true);
        read++;
      } catch (error) {
        expect(['model-format', 'model-unsupported', 'feature-mismatch']).toContain((error as HeedError).code);
      }
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(500);
  });
});
