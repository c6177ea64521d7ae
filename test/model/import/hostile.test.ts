import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { HeedError } from '../../../src/errors.ts';
import { importModel } from '../../../src/model/import/import-model.ts';
import { int64Tensor } from '../../../src/model/onnx/tensors.ts';
import {
  AttributeProto_AttributeType as AttributeType,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  TensorProto_DataLocation,
  type TensorProto,
} from '../../../src/model/onnx/onnx_pb.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { fixture, IMPORT_SETTINGS } from './fixture.ts';
import { importMutations, type HostileRun } from './hostile-run.ts';

/** How many mutations the long run makes: `.ci/run` asks for 20,000. */
const LONG_RUN = Number(process.env['HEED_HOSTILE_FILES'] ?? 0);

/** A file of PyTorch's with something changed. */
function altered(change: (proto: ModelProto, nodes: NodeProto[]) => void, name = 'torch-unfolded'): Uint8Array {
  const proto = fromBinary(ModelProtoSchema, fixture(name).slice());
  change(proto, proto.graph!.node);
  return toBinary(ModelProtoSchema, proto);
}

function node(opType: string, input: string[], output: string[]): NodeProto {
  return create(NodeProtoSchema, { opType, input, output });
}

function gruOf(nodes: readonly NodeProto[]): NodeProto {
  return nodes.find(({ opType }) => opType === 'GRU')!;
}

/** The first weights of the first layer. */
function weights(proto: ModelProto): TensorProto {
  return proto.graph!.initializer.find(({ dims }) => dims.length >= 2)!;
}

/** Puts nodes before all others, and what they make in place of the first GRU's weights. */
function insteadOfWeights(made: NodeProto[], tensors: TensorProto[] = []): Uint8Array {
  return altered((proto, nodes) => {
    gruOf(nodes).input[1] = made.at(-1)!.output[0]!;
    nodes.unshift(...made);
    proto.graph!.initializer.push(...tensors);
  });
}

const HUGE = [1n << 31n, 1n << 31n, 1n << 31n].map(Number);

const files: [string, () => Uint8Array, RegExp][] = [
  ['a tensor of negative size', () => altered((p) => (weights(p).dims = [-18n, -5n])), /claims the size -18×-5/],
  [
    'a tensor of a gigabyte in a few bytes',
    () =>
      altered((p) => {
        weights(p).dims = [1n << 15n, 1n << 15n];
        weights(p).rawData = new Uint8Array(4);
      }),
    /claims the size 32768×32768, but holds 1 numbers/,
  ],
  [
    'a tensor whose size overflows',
    () => altered((p) => (weights(p).dims = [1n << 62n, 1n << 62n])),
    /claims the size/,
  ],
  ['a tensor of a hundred dimensions', () => altered((p) => (weights(p).dims = Array(100).fill(1n))), /100 dimensions/],
  [
    'weights that are filled in to any size',
    () => insteadOfWeights([node('ConstantOfShape', ['huge'], ['w'])], [int64Tensor('huge', HUGE)]),
    /sizes 2147483648×2147483648×2147483648/,
  ],
  [
    'constants that double sixty times',
    () =>
      insteadOfWeights(
        Array.from({ length: 60 }, (_, i) => {
          const made = node('Concat', [i === 0 ? 'one' : `d${i - 1}`, i === 0 ? 'one' : `d${i - 1}`], [`d${i}`]);
          made.attribute = [{ ...gruAttribute('axis'), i: 0n }];
          return made;
        }),
        [int64Tensor('one', [1, 1, 1, 1])],
      ),
    /unfold to more than the file holds/,
  ],
  [
    'a tensor expanded to a petabyte and copied',
    () =>
      insteadOfWeights(
        [node('Expand', ['one', 'huge'], ['e']), node('Reshape', ['e', 'flat'], ['r'])],
        [int64Tensor('one', [1]), int64Tensor('huge', HUGE), int64Tensor('flat', [-1])],
      ),
    /unfold to more than the file holds/,
  ],
  [
    'a range without end',
    () => insteadOfWeights([node('Range', ['a', 'b', 'a'], ['w'])], [int64Tensor('a', [0]), int64Tensor('b', [9])]),
    /Range has no end/,
  ],
  [
    'a graph that goes in a circle',
    () =>
      altered((_, nodes) => {
        gruOf(nodes).input[0] = nodes.at(-1)!.output[0]!;
      }),
    /nothing has made before it: the graph is torn, or a circle/,
  ],
  [
    'a node that feeds itself',
    () => altered((_, nodes) => (nodes.at(-1)!.input[0] = nodes.at(-1)!.output[0]!)),
    /a circle/,
  ],
  [
    'the same output made twice',
    () => altered((_, nodes) => nodes.push(node('Identity', ['features'], [nodes[0]!.output[0]!]))),
    /two parts of it make/,
  ],
  [
    'a thousand GRU layers',
    () =>
      altered((_, nodes) => {
        const gru = gruOf(nodes);
        const layers = Array.from({ length: 1000 }, (_, i) => ({
          ...gru,
          input: [`states${i}`, ...gru.input.slice(1)],
          output: [`states${i + 1}`],
        }));
        nodes.splice(nodes.indexOf(gru), 1, node('Identity', [gru.input[0]!], ['states0']), ...layers);
        nodes.push(node('Identity', ['states1000'], [gru.output[0]!]));
      }),
    /cannot be imported/,
  ],
];

function gruAttribute(name: string) {
  const proto = fromBinary(ModelProtoSchema, fixture('torch-unfolded').slice());
  const attribute = gruOf(proto.graph!.node).attribute.find(({ type }) => type === AttributeType.INT)!;
  return { ...attribute, name };
}

function refusal(bytes: Uint8Array): HeedError {
  try {
    importModel(bytes, 'hostile.onnx', IMPORT_SETTINGS);
  } catch (error) {
    expect(error).toBeInstanceOf(HeedError);
    return error as HeedError;
  }
  throw new Error('it was imported');
}

describe('a hostile file', () => {
  it.each(files)('is refused in a sentence, and costs little: %s', (_, make, why) => {
    const bytes = make();
    const [memory, time] = [process.memoryUsage(), process.cpuUsage()];
    const { message } = refusal(bytes);
    const after = process.memoryUsage();
    expect(message).toMatch(why);
    expect(message).toMatch(/^hostile\.onnx \P{Cc}{10,450}\.$/u);
    expect(process.cpuUsage(time).user).toBeLessThan(2_000_000);
    expect(after.heapUsed + after.arrayBuffers - memory.heapUsed - memory.arrayBuffers).toBeLessThan(200 * 2 ** 20);
  });

  it('may have first states declared as large as it likes: they are zeros, and never made', () => {
    const bytes = altered((proto, nodes) => {
      gruOf(nodes).input[5] = 'zeros';
      nodes.unshift(node('ConstantOfShape', ['huge'], ['zeros']));
      proto.graph!.initializer.push(int64Tensor('huge', [1, 2 ** 31, 6]));
    });
    expect(importModel(bytes, 'large.onnx', IMPORT_SETTINGS).shape.hiddenSize).toBe(6);
  });

  it.each(['../secret.bin', '/etc/passwd', 'weights.bin'])(
    'that keeps its weights in another file is refused without a look at it: %s',
    async (location) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'weights.bin'), new Uint8Array(18 * 5 * 4));
      const bytes = altered((proto) => {
        const tensor = weights(proto);
        tensor.dataLocation = TensorProto_DataLocation.EXTERNAL;
        tensor.rawData = new Uint8Array(0);
        tensor.externalData = [
          { ...proto.metadataProps[0]!, $typeName: 'onnx.StringStringEntryProto', key: 'location', value: location },
        ];
      });
      expect(refusal(bytes)).toMatchObject({
        code: 'model-unsupported',
        message: expect.stringContaining('another file') as string,
      });
    },
  );

  it('nested a thousand levels deep is refused', () => {
    let inner = toBinary(NodeProtoSchema, node('If', ['c'], ['o']));
    const field = (number: number, contents: Uint8Array): Uint8Array => {
      const head = [(number << 3) | 2];
      let length = contents.length;
      for (; length >= 128; length >>>= 7) head.push((length & 127) | 128);
      return Buffer.concat([Uint8Array.from([...head, length]), contents]);
    };
    for (let level = 0; level < 1000; level++) inner = new Uint8Array(field(1, field(5, field(6, field(1, inner)))));
    expect(refusal(field(7, inner)).code).toBe('model-format');
  });

  it('with 20,000 nodes in a row is followed to its end', () => {
    const bytes = altered((_, nodes) => {
      const last = nodes.at(-1)!;
      const [output] = last.output;
      last.output[0] = 'n0';
      for (let i = 0; i < 20_000; i++) nodes.push(node('Identity', [`n${i}`], [i === 19_999 ? output! : `n${i + 1}`]));
    });
    expect(importModel(bytes, 'long.onnx', IMPORT_SETTINGS).shape.layerCount).toBe(2);
  });
});

describe('mutations of sound files', () => {
  const check = ({ taken, refused, failures }: HostileRun, count: number): void => {
    expect(failures).toEqual([]);
    expect(taken + refused).toBe(count);
    // Some mutations change a weight or a name only, most do harm.
    expect(taken).toBeGreaterThan(count / 50);
    expect(refused).toBeGreaterThan(count / 2);
  };

  it('are taken or refused in a sentence, and nothing else: 1,000 of them', () => {
    check(importMutations(1000, 20261123), 1000);
  });

  it.skipIf(LONG_RUN === 0)(
    `cost no file two seconds or 200 MB, and open no other file: ${LONG_RUN} of them`,
    async () => {
      const script = fileURLToPath(new URL('hostile-child.ts', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script, `${LONG_RUN}`, '7']);
      const run = JSON.parse(stdout) as HostileRun & { grownMiB: number; opened: string[] };
      check(run, LONG_RUN);
      expect(run.opened).toEqual([]);
      expect(run.slowestMs).toBeLessThan(2000);
      expect(run.grownMiB).toBeLessThan(200);
    },
    600_000,
  );
});
