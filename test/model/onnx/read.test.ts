import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  FunctionProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  type TensorProto,
} from '../../../src/model/onnx/onnx_pb.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { createRandom } from '../../../src/random.ts';
import { mutateBytes } from '../../mutate-bytes.ts';
import { randomModel } from '../random-model.ts';

const bytes = writeModel(randomModel({ hiddenSize: 2 }));

/** The file with one thing changed. */
function altered(change: (proto: ModelProto) => void): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, bytes.slice());
  change(proto);
  return toBinary(ModelProtoSchema, proto);
}
function tensor(proto: ModelProto, name: string): TensorProto {
  return proto.graph!.initializer.find((candidate) => candidate.name === name)!;
}
function setMetadata(proto: ModelProto, key: string, change: (value: string) => string): void {
  const entry = proto.metadataProps.find((candidate) => candidate.key === key)!;
  entry.value = change(entry.value);
}

/** The error of reading the bytes; its message must be one sentence or two for a person, and name the file. */
function refusal(contents: Uint8Array): HeedError {
  let error: unknown;
  try {
    readModel(contents, '/some/where/my-model.onnx');
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(HeedError);
  const { message } = error as HeedError;
  expect(message).toMatch(/^my-model\.onnx \P{Cc}+\.$/u);
  expect(message.length).toBeLessThan(500);
  return error as HeedError;
}

describe('reading a model', () => {
  const notOnnx: [string, Uint8Array][] = [
    ['an empty file', new Uint8Array(0)],
    ['a text', new TextEncoder().encode('This is not a model, but a letter.\n')],
    ['a WAV', new TextEncoder().encode('RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00')],
    ['zeros', new Uint8Array(1000)],
    ['a file cut in the middle', bytes.subarray(0, bytes.length >> 1)],
    ['a file without its last byte', bytes.subarray(0, bytes.length - 1)],
    ['a file cut before its metadata', altered((proto) => (proto.metadataProps = []))],
    ['a file that has lost its graph', altered((proto) => (proto.graph = undefined))],
  ];
  it.each(notOnnx)('refuses %s', (_, contents) => {
    expect(refusal(contents).code).toBe('model-format');
  });

  it('refuses every file that was cut off, wherever', () => {
    for (let length = 0; length < bytes.length; length += 5)
      expect(refusal(bytes.subarray(0, length)).code).toMatch(/^model-(format|unsupported)$/);
  });

  const lies: [string, (proto: ModelProto) => void][] = [
    ['a tensor with more dimensions than numbers', (p) => (tensor(p, 'gru.0.W').dims = [1n, 6n, 1n << 40n])],
    ['a tensor with fewer numbers than its dimensions', (p) => (tensor(p, 'gru.0.W').rawData = new Uint8Array(8))],
    ['a tensor with negative dimensions', (p) => (tensor(p, 'gru.0.R').dims = [1n, -6n, -2n])],
    [
      'a network of 4,096 units with the weights of two',
      (p) => {
        setMetadata(p, 'heed.network', (v) => v.replace('"hiddenSize":2', '"hiddenSize":4096'));
        p.graph!.node[3]!.attribute[0]!.i = 4096n;
        tensor(p, 'gru.0.W').dims[1] = 3n * 4096n;
      },
    ],
    [
      'a network that declares no units',
      (p) => setMetadata(p, 'heed.network', (v) => v.replace('"hiddenSize":2', '"hiddenSize":0')),
    ],
    ['weights that are not finite', (p) => tensor(p, 'head.bias').rawData.fill(255)],
    ['a normaliser that divides by zero', (p) => tensor(p, 'normaliser.deviation').rawData.fill(0)],
    ['a tensor that is missing', (p) => p.graph!.initializer.splice(2, 1)],
    ['a tensor that is there twice', (p) => p.graph!.initializer.push(p.graph!.initializer[0]!)],
    ['axes that differ', (p) => (tensor(p, 'axis.first').rawData = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0))],
    ['a label less', (p) => setMetadata(p, 'heed.labels', () => '["yes","no"]')],
    ['two labels alike', (p) => setMetadata(p, 'heed.labels', (v) => v.replace('_silence_', 'yes'))],
    ['labels that are not JSON', (p) => setMetadata(p, 'heed.labels', () => '[[[')],
    ['labels nested too deep', (p) => setMetadata(p, 'heed.labels', () => '['.repeat(1_000_000))],
    ['a label that is too long', (p) => setMetadata(p, 'heed.labels', (v) => v.replace('yes', 'y'.repeat(65)))],
    ['a threshold of NaN', (p) => setMetadata(p, 'heed.decision', (v) => v.replace('0.8', 'null'))],
    ['a missing part of the metadata', (p) => p.metadataProps.splice(4, 1)],
    ['metadata that say a thing twice', (p) => p.metadataProps.push(p.metadataProps[2]!)],
    [
      'features that cannot be',
      (p) => setMetadata(p, 'heed.features', (v) => v.replace('"hopLength":160', '"hopLength":0')),
    ],
    ['features of a later version', (p) => setMetadata(p, 'heed.features', (v) => v.replace('{', '{"deltas":2,'))],
  ];
  it.each(lies)('refuses a file that lies: %s', (_, change) => {
    expect(refusal(altered(change)).code).toBe('model-format');
  });

  const foreign: [string, (proto: ModelProto) => void][] = [
    ['made by another program', (p) => (p.metadataProps = p.metadataProps.slice(1))],
    ['of a later format', (p) => setMetadata(p, 'heed.format', () => '2')],
    ['of a format that would break the message into lines', (p) => setMetadata(p, 'heed.format', () => '2\n\u001b[1m')],
    ['of another IR version', (p) => (p.irVersion = 10n)],
    ['for another operator set', (p) => (p.opsetImport[0]!.version = 21n)],
    ['with operators of a vendor', (p) => p.opsetImport.push({ ...p.opsetImport[0]!, domain: 'com.example' })],
    ['that resets on the other side of the product', (p) => (p.graph!.node[3]!.attribute[1]!.i = 1n)],
    ['with another operator', (p) => (p.graph!.node.at(-1)!.opType = 'LogSoftmax')],
    ['with one node more', (p) => p.graph!.node.push(p.graph!.node[0]!)],
    [
      'with an attribute more',
      (p) =>
        p.graph!.node[3]!.attribute.push(
          create(AttributeProtoSchema, { name: 'clip', type: AttributeProto_AttributeType.FLOAT, f: 1 }),
        ),
    ],
    ['with another input', (p) => (p.graph!.input[0]!.name = 'audio')],
    ['with outputs swapped', (p) => p.graph!.output.reverse()],
    [
      'with weights in another file',
      (p) => {
        const t = tensor(p, 'gru.0.W');
        t.dataLocation = TensorProto_DataLocation.EXTERNAL;
        t.rawData = new Uint8Array(0);
      },
    ],
    ['with weights of another type', (p) => (tensor(p, 'gru.0.W').dataType = TensorProto_DataType.DOUBLE)],
    ['with a tensor that nothing uses', (p) => p.graph!.initializer.push({ ...tensor(p, 'head.bias'), name: 'spare' })],
    ['with functions', (p) => p.functions.push(create(FunctionProtoSchema, { name: 'Gemm' }))],
  ];
  it.each(foreign)('refuses a sound ONNX file that is not Heed’s: %s', (_, change) => {
    expect(refusal(altered(change)).code).toBe('model-unsupported');
  });

  it('refuses feature settings that were altered without their hash, or a hash without them', () => {
    const changed = altered((proto) =>
      setMetadata(proto, 'heed.features', (v) => v.replace('"scale":32768', '"scale":1')),
    );
    expect(refusal(changed).code).toBe('feature-mismatch');
    expect(refusal(altered((proto) => setMetadata(proto, 'heed.featureHash', () => '0'.repeat(16)))).code).toBe(
      'feature-mismatch',
    );
  });

  it('accepts weights as float_data, doc strings and names of nodes changed, and metadata of others', () => {
    const contents = altered((proto) => {
      const weights = tensor(proto, 'gru.0.W');
      const view = new DataView(weights.rawData.slice().buffer);
      weights.floatData = Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true));
      weights.rawData = new Uint8Array(0);
      for (const node of proto.graph!.node) Object.assign(node, { name: `n${node.name}`, docString: 'changed' });
      proto.metadataProps.push({ ...proto.metadataProps[0]!, key: 'author', value: 'someone' });
    });
    expect(readModel(contents, 'model.onnx')).toEqual(randomModel({ hiddenSize: 2 }));
  });

  it('neither keeps nor needs the bytes it was given', () => {
    const copy = bytes.slice();
    const model = readModel(copy, 'model.onnx');
    copy.fill(0);
    expect(model).toEqual(randomModel({ hiddenSize: 2 }));
  });

  it('reads at any offset in a larger buffer', () => {
    const larger = new Uint8Array(bytes.length + 3);
    larger.set(bytes, 3);
    expect(readModel(larger.subarray(3), 'model.onnx')).toEqual(randomModel({ hiddenSize: 2 }));
  });
});

describe('a hostile file', () => {
  /** The start of a length-delimited protobuf field: its tag and its length. */
  const head = (number: number, length: number): Uint8Array => {
    const start = [(number << 3) | 2];
    for (; length >= 128; length >>>= 7) start.push((length & 127) | 128);
    return Uint8Array.from([...start, length]);
  };
  const field = (number: number, contents: Uint8Array): Uint8Array =>
    Buffer.concat([head(number, contents.length), contents]);

  it('that nests graphs in attributes 10,000 deep is refused', () => {
    // From the inside out: graph 6 of attribute 5 of node 1 of a graph.
    const heads: Uint8Array[] = [];
    let length = 0;
    const wrap = (number: number): void => {
      heads.unshift(head(number, length));
      length += heads[0]!.length;
    };
    for (let level = 0; level < 10_000; level++) for (const number of [6, 5, 1]) wrap(number);
    wrap(7);
    expect(refusal(Buffer.concat(heads))).toMatchObject({
      code: 'model-format',
      message: expect.stringContaining('nested') as unknown,
    });
  });

  it('that packs millions of empty nodes, dimensions or metadata into few bytes is refused before they are built', () => {
    const empty = (number: number): Uint8Array =>
      new Uint8Array(4_000_000).map((_, i) => (i % 2 ? 0 : (number << 3) | 2));
    const nodes = field(7, empty(1));
    const dimensions = field(7, field(5, field(1, new Uint8Array(4_000_000).fill(1))));
    const before = process.memoryUsage().heapUsed;
    for (const contents of [nodes, dimensions, empty(14)])
      expect(refusal(contents)).toMatchObject({
        code: 'model-format',
        message: expect.stringContaining('parts') as unknown,
      });
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });

  it('that uses groups is refused', () => {
    expect(refusal(Uint8Array.from([0x0b, 0x0b, 0x0b, 0x0c, 0x0c, 0x0c])).code).toBe('model-format');
  });

  it('never does more than be refused: 3,000 seeded mutations', () => {
    const random = createRandom(20261123, 'mutations');
    let read = 0;
    for (let round = 0; round < 3000; round++) {
      try {
        const model = readModel(mutateBytes(bytes, random), 'my-model.onnx');
        expect(model.labels).toHaveLength(model.shape.classCount);
        expect(model.parameters.values.every(Number.isFinite)).toBe(true);
        read++;
      } catch (error) {
        expect(['model-format', 'model-unsupported', 'feature-mismatch']).toContain((error as HeedError).code);
        expect((error as HeedError).message).toMatch(/^my-model\.onnx .{10,490}\.$/);
      }
    }
    // Flipped bits in weights and doc strings make another sound model; most mutations do not.
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1500);
  });
});
