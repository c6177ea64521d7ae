import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  AttributeProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
} from './onnx_pb.ts';
import { floatTensor, int64Tensor } from './tensors.ts';

/** What a node's attribute may hold in the graphs that Heed writes: a whole number, or a list of them. */
export type AttributeValue = number | readonly number[];

/** Nodes and initialisers of a graph, in the order in which they were added: a node comes after what it reads. */
export class GraphBuilder {
  readonly nodes: NodeProto[] = [];
  readonly initialisers: TensorProto[] = [];

  /**
   * Adds a node with one output.
   * @param about  why it is there, for who reads the graph
   * @returns the output's name
   */
  add(
    opType: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
    about = '',
  ): string {
    this.addMany(opType, inputs, [output], attributes, about);
    return output;
  }

  /** Adds a node with several outputs; one that is not wanted is named `''`. */
  addMany(
    opType: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    about = '',
  ): void {
    const name = outputs.find(Boolean) ?? opType;
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    this.nodes.push(
      create(NodeProtoSchema, { opType, name, input: [...inputs], output: [...outputs], attribute, docString: about }),
    );
  }

  /** Nodes and initialisers that were made elsewhere. */
  append(nodes: readonly NodeProto[], initialisers: readonly TensorProto[]): void {
    this.nodes.push(...nodes);
    this.initialisers.push(...initialisers);
  }

  /** A float32 constant. @returns its name */
  floats(name: string, dimensions: readonly number[], values: ArrayLike<number>): string {
    this.initialisers.push(floatTensor(name, dimensions, values));
    return name;
  }

  /** A float64 constant with one axis, or without any where it is one number. @returns its name */
  doubles(name: string, values: number | ArrayLike<number>): string {
    const list = typeof values === 'number' ? [values] : Array.from(values);
    const rawData = new Uint8Array(list.length * 8);
    const view = new DataView(rawData.buffer);
    list.forEach((value, i) => view.setFloat64(i * 8, value, true));
    const dims = typeof values === 'number' ? [] : [BigInt(list.length)];
    const dataType = TensorProto_DataType.DOUBLE;
    this.initialisers.push(create(TensorProtoSchema, { name, dims, dataType, rawData }));
    return name;
  }

  /** Weights in eight bits, with a sign. @returns its name */
  int8s(name: string, dimensions: readonly number[], values: Int8Array): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.length);
    const dataType = TensorProto_DataType.INT8;
    this.initialisers.push(create(TensorProtoSchema, { name, dims: dimensions.map(BigInt), dataType, rawData }));
    return name;
  }

  /** Whole numbers with one axis, or without any where it is one number: sizes, axes, indices. @returns its name */
  integers(name: string, values: number | readonly number[]): string {
    const tensor = int64Tensor(name, typeof values === 'number' ? [values] : values);
    if (typeof values === 'number') tensor.dims = [];
    this.initialisers.push(tensor);
    return name;
  }
}

function attributeOf(name: string, value: AttributeValue): AttributeProto {
  return create(
    AttributeProtoSchema,
    typeof value === 'number'
      ? { name, type: AttributeType.INT, i: BigInt(value) }
      : { name, type: AttributeType.INTS, ints: value.map(BigInt) },
  );
}
