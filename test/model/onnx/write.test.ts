import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { featureHash } from '../../../src/features/settings.ts';
import type { Model } from '../../../src/model/model.ts';
import { ModelProtoSchema } from '../../../src/model/onnx/onnx_pb.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { CELL_NAMES } from '../../../src/nn/cells/cell.ts';
import { shapeMetadata } from '../../../src/model/onnx/shape-metadata.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { parameterSet } from '../../../src/nn/parameters.ts';
import { randomModel } from '../random-model.ts';

const shapes: Partial<Model['shape']>[] = [
  ...[1, 2, 3].flatMap((layerCount) =>
    CELL_NAMES.flatMap((cell) => (['last', 'mean'] as const).map((pooling) => ({ layerCount, cell, pooling }))),
  ),
  { layerCount: 1, cell: 'lstm', pooling: 'attention' },
  { layerCount: 2, cell: 'gru', pooling: 'multi-head', hiddenSize: 8 },
];

describe('a written model', () => {
  it.each(shapes)('is read back bit for bit: $layerCount layers of $cell, $pooling pooling', (shape) => {
    const model = randomModel(shape);
    const back = readModel(writeModel(model), 'model.onnx');
    expect(back).toEqual(model);
    expect(bitsOf(back)).toEqual(bitsOf(model));
  });

  it('is refused where its heads could not share the units out', () => {
    const network = { inputSize: 5, hiddenSize: 6, layerCount: 1, classCount: 5, resetAfter: false };
    expect(shapeMetadata.safeParse({ ...network, pooling: 'multi-head' }).success).toBe(false);
    expect(shapeMetadata.safeParse({ ...network, hiddenSize: 8, pooling: 'multi-head' }).success).toBe(true);
  });

  it('has the same bytes every time, also after being read, and whatever the order of the keys', () => {
    const model = randomModel();
    const bytes = writeModel(model);
    expect(writeModel(randomModel())).toEqual(bytes);
    expect(writeModel(readModel(bytes, 'model.onnx'))).toEqual(bytes);
    const provenance = Object.fromEntries(Object.entries(model.provenance).reverse()) as typeof model.provenance;
    expect(writeModel({ ...model, provenance })).toEqual(bytes);
  });

  it('has other bytes where a weight, a label or a threshold differs', () => {
    const model = randomModel();
    const bytes = writeModel(model);
    const values = Float32Array.from(model.parameters.values);
    values[3]! += 0.5;
    expect(writeModel({ ...model, parameters: parameterSet(model.shape, 'float32', values) })).not.toEqual(bytes);
    expect(writeModel({ ...model, labels: model.labels.with(0, 'no') })).not.toEqual(bytes);
    const decision = { ...model.decision, thresholds: model.decision.thresholds.with(0, 0.25) };
    expect(writeModel({ ...model, decision })).not.toEqual(bytes);
  });

  it('tells other programs its labels, features, decisions and origin in its metadata', () => {
    const model = randomModel();
    const proto = fromBinary(ModelProtoSchema, writeModel(model));
    const metadata = new Map(proto.metadataProps.map(({ key, value }) => [key, value]));
    const json = (key: string): unknown => JSON.parse(metadata.get(key)!);
    expect(metadata.get('heed.format')).toBe('1');
    expect(metadata.get('heed.featureHash')).toBe(featureHash(model.features));
    expect(json('heed.labels')).toEqual(model.labels);
    expect(json('heed.features')).toEqual(model.features);
    expect(shapeMetadata.parse(json('heed.network'))).toEqual(model.shape);
    expect(json('heed.decision')).toEqual(model.decision);
    expect(json('heed.provenance')).toEqual(model.provenance);
    expect(json('heed.scores')).toEqual(model.scores);
    expect([...metadata.keys()].every((key) => key.startsWith('heed.'))).toBe(true);
    expect(proto.producerName).toBe('heed');
    expect(proto.producerVersion).toBe('0.1.0');
    expect(proto.docString).toContain('MFCCs');
  });

  const broken: [string, Partial<Model> | ((model: Model) => Partial<Model>), string][] = [
    ['a label less than classes', (model) => ({ labels: model.labels.slice(1) }), 'model-format'],
    ['two labels alike', (model) => ({ labels: model.labels.with(0, model.labels[1]!) }), 'model-format'],
    ['a threshold that is NaN', (model) => withThreshold(model, NaN), 'model-format'],
    [
      'a score that is infinite',
      (model) => ({ scores: [{ ...model.scores[0]!, accuracy: Infinity }] }),
      'model-format',
    ],
    ['a weight that is NaN', (model) => withWeight(model, NaN), 'model-format'],
    ['a deviation of zero', (model) => withDeviation(model, new Float32Array(5)), 'model-format'],
    ['a normaliser of another size', (model) => withDeviation(model, new Float32Array(6).fill(1)), 'shape-mismatch'],
    ['features of another size', (model) => ({ features: { ...model.features, coefficients: 4 } }), 'model-format'],
  ];
  it.each(broken)('is not written where it could not be read back: %s', (_, change, code) => {
    const model = randomModel();
    const changed = { ...model, ...(typeof change === 'function' ? change(model) : change) };
    const message = expect.stringMatching(/^This model cannot be saved: |^The normaliser's deviation has 6/) as string;
    expect(() => writeModel(changed)).toThrow(expect.objectContaining({ name: 'HeedError', code, message }) as Error);
  });
});

function bitsOf(model: Model): Uint32Array {
  return new Uint32Array(Float32Array.from(model.parameters.values).buffer);
}
function withThreshold(model: Model, threshold: number): Partial<Model> {
  return { decision: { ...model.decision, thresholds: model.decision.thresholds.with(0, threshold) } };
}
function withWeight(model: Model, weight: number): Partial<Model> {
  const values = Float32Array.from(model.parameters.values);
  values[values.length - 1] = weight;
  return { parameters: parameterSet(model.shape, 'float32', values) };
}
function withDeviation(model: Model, deviation: Float32Array): Partial<Model> {
  return { normaliser: { ...model.normaliser, deviation } };
}
