import { type DescMessage, equals, type MessageShape } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProtoSchema,
  TypeProtoSchema,
  type ValueInfoProto,
} from './onnx_pb.ts';

/** Whether parts of two graphs mean the same. Names of nodes and doc strings mean nothing; the order counts. */

/** Nodes: operator, inputs, outputs and attributes. */
export function sameNodes(a: readonly NodeProto[], b: readonly NodeProto[]): boolean {
  return sameList(
    a,
    b,
    (x, y) =>
      x.opType === y.opType &&
      x.domain === y.domain &&
      sameList(x.input, y.input, Object.is) &&
      sameList(x.output, y.output, Object.is) &&
      sameMessages(AttributeProtoSchema, x.attribute, y.attribute),
  );
}

/** Inputs or outputs: name, element type and dimensions, down to the names of those that a run chooses. */
export function sameValues(a: readonly ValueInfoProto[], b: readonly ValueInfoProto[]): boolean {
  return sameList(a, b, (x, y) => x.name === y.name && !!x.type && !!y.type && equals(TypeProtoSchema, x.type, y.type));
}

/** Tensors, with their values. */
export function sameTensors(a: readonly (TensorProto | undefined)[], b: readonly TensorProto[]): boolean {
  return sameMessages(TensorProtoSchema, a, b);
}

function sameMessages<D extends DescMessage>(
  schema: D,
  a: readonly (MessageShape<D> | undefined)[],
  b: readonly MessageShape<D>[],
): boolean {
  return sameList(a, b, (x, y) => x !== undefined && y !== undefined && equals(schema, x, y));
}

function sameList<A, B>(a: readonly A[], b: readonly B[], same: (x: A, y: B) => boolean): boolean {
  return a.length === b.length && a.every((item, i) => same(item, b[i]!));
}
