import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type GraphProto, type ModelProto, ModelProtoSchema } from '../../../src/model/onnx/onnx_pb.ts';
import type { Random } from '../../../src/random.ts';
import { mutateBytes } from '../../mutate-bytes.ts';

/** A copy of an ONNX file with one to three things wrong: at the level of its bytes, or of its graph. */
export function mutated(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.integer(2) === 0) return mutateBytes(bytes, random);
  const edits = 1 + random.integer(3);
  const proto = fromBinary(ModelProtoSchema, bytes.slice());
  for (let edit = 0; edit < edits; edit++) mutateGraph(proto, proto.graph!, random);
  return toBinary(ModelProtoSchema, proto);
}

const SIZES = [
  0n,
  1n,
  -1n,
  2n,
  3n,
  6n,
  7n,
  18n,
  1n << 20n,
  (1n << 31n) - 1n,
  1n << 40n,
  -(1n << 62n),
  (1n << 63n) - 1n,
];
const OPERATORS = [
  'GRU',
  'Slice',
  'Gather',
  'Concat',
  'Reshape',
  'Expand',
  'Tile',
  'Range',
  'Transpose',
  'Squeeze',
  'LSTM',
  'RNN',
  '',
];

function mutateGraph(proto: ModelProto, graph: GraphProto, random: Random): void {
  const any = <T>(items: readonly T[]): T | undefined => items[random.integer(items.length)];
  const node = any(graph.node);
  const tensor = any(graph.initializer);
  const attribute = any(node?.attribute ?? []);
  const size = any(SIZES)!;
  switch (random.integer(14)) {
    case 0:
      if (tensor) tensor.dims[random.integer(tensor.dims.length + 1)] = size;
      return;
    case 1:
      if (tensor) tensor.rawData = tensor.rawData.slice(0, random.integer(tensor.rawData.length + 1));
      return;
    case 2: // other whole numbers: axes, starts, sizes
      if (tensor && tensor.rawData.length >= 8) {
        const raw = tensor.rawData.slice();
        new DataView(raw.buffer).setBigInt64(0, size, true);
        tensor.rawData = raw;
      }
      return;
    case 3:
      if (tensor) tensor.dataType = random.integer(17);
      return;
    case 4:
      if (attribute) attribute.i = size;
      return;
    case 5:
      if (attribute) attribute.ints = Array.from({ length: random.integer(5) }, () => any(SIZES)!);
      return;
    case 6:
      if (attribute) attribute.type = random.integer(15) as typeof attribute.type;
      return;
    case 7:
      if (node) node.opType = any(OPERATORS)!;
      return;
    case 8: // another wiring, circles among it
      if (node && node.input.length > 0)
        node.input[random.integer(node.input.length)] = any(graph.node)?.output[0] ?? 'features';
      return;
    case 9:
      if (node) node.output[random.integer(node.output.length + 1)] = any(graph.node)?.output[0] ?? '';
      return;
    case 10:
      if (node) graph.node.splice(random.integer(graph.node.length), 0, node);
      return;
    case 11:
      graph.node.splice(random.integer(graph.node.length), 1);
      return;
    case 12: {
      const type = graph.input[0]?.type?.value;
      const dims = type?.case === 'tensorType' ? type.value.shape?.dim : undefined;
      const dimension = any(dims ?? []);
      if (dimension) dimension.value = { case: 'dimValue', value: size };
      return;
    }
    default:
      for (const operators of proto.opsetImport) operators.version = size;
  }
}
