import { AttributeProto_AttributeType as AttributeType, type AttributeProto, type NodeProto } from '../onnx/onnx_pb.ts';
import type { Activation, InputSizes, Value } from './activation.ts';
import { quoted } from './initialiser.ts';
import { type CopyBudget, elementsOf, type KnownTensor, type Size } from './known-tensor.ts';
import { damaged, foreign } from './obstacle.ts';

/** One node: its inputs as values, and its attributes by name and type. */
export class NodeReader {
  readonly opType: string;
  readonly inputSizes: InputSizes;
  readonly budget: CopyBudget;
  readonly outputCount: number;
  readonly #node: NodeProto;
  readonly #inputs: readonly (Value | undefined)[];

  /** @param inputs  undefined where the node leaves an input out */
  constructor(node: NodeProto, inputs: readonly (Value | undefined)[], inputSizes: InputSizes, budget: CopyBudget) {
    this.opType = node.opType;
    this.outputCount = node.output.length;
    this.inputSizes = inputSizes;
    this.budget = budget;
    this.#node = node;
    this.#inputs = inputs;
  }

  get inputCount(): number {
    return this.#inputs.length;
  }

  /** What stands at an input. @throws {Obstacle} where it is left out, or comes from something that cannot be taken */
  input(index: number): Exclude<Value, { kind: 'refused' }> {
    const value = this.optional(index);
    if (!value) throw damaged(`${this.opType} lacks its input ${index + 1}`);
    return value;
  }

  /** The same for an input that may be left out. */
  optional(index: number): Exclude<Value, { kind: 'refused' }> | undefined {
    const value = this.#inputs[index];
    if (value?.kind === 'refused') throw value.why;
    return value;
  }

  /** An input that must not depend on what is heard. `what` names it in the refusal. */
  known(index: number, what: string): KnownTensor {
    const value = this.input(index);
    if (value.kind !== 'known') throw foreign(`the ${what} of its ${this.opType} are computed while it runs`);
    return value;
  }

  optionalKnown(index: number, what: string): KnownTensor | undefined {
    return this.optional(index) === undefined ? undefined : this.known(index, what);
  }

  /** An input that must be one activation. */
  activation(index: number): Activation {
    const value = this.input(index);
    if (value.kind !== 'activation') throw this.misplaced();
    return value;
  }

  /** The numbers of a short list: axes, starts, a shape. */
  list(index: number, what: string): Size[] {
    return elementsOf(this.known(index, what), this.budget);
  }

  /** Axes as an attribute (older operator sets) or as an input; undefined where there are neither. */
  axes(inputIndex: number): number[] | undefined {
    if (this.#attribute('axes')) return this.ints('axes', []);
    if (this.optional(inputIndex) === undefined) return undefined;
    return this.list(inputIndex, 'axes').map((axis) => numeric(axis, this.opType));
  }

  has(name: string): boolean {
    return this.#attribute(name) !== undefined;
  }

  int(name: string, otherwise: number): number {
    const attribute = this.#typed(name, AttributeType.INT);
    return attribute ? Number(attribute.i) : otherwise;
  }

  float(name: string, otherwise: number): number {
    return this.#typed(name, AttributeType.FLOAT)?.f ?? otherwise;
  }

  ints(name: string, otherwise: readonly number[]): number[] {
    return this.#typed(name, AttributeType.INTS)?.ints.map(Number) ?? [...otherwise];
  }

  floats(name: string): number[] | undefined {
    return this.#typed(name, AttributeType.FLOATS)?.floats;
  }

  string(name: string, otherwise: string): string {
    const attribute = this.#typed(name, AttributeType.STRING);
    return attribute ? decodeName(attribute.s) : otherwise;
  }

  strings(name: string): string[] | undefined {
    return this.#typed(name, AttributeType.STRINGS)?.strings.map(decodeName);
  }

  tensor(name: string): NonNullable<AttributeProto['t']> | undefined {
    return this.#typed(name, AttributeType.TENSOR)?.t;
  }

  /** For an operator that is known, at a place where no recurrent classifier has it. */
  misplaced(): Error {
    const { name } = this.#node;
    return foreign(
      `${this.opType}${name ? ` (the node ${quoted(name)})` : ''} stands where a recurrent classifier has none`,
    );
  }

  #attribute(name: string): AttributeProto | undefined {
    return this.#node.attribute.find((attribute) => attribute.name === name);
  }

  #typed(name: string, type: AttributeType): AttributeProto | undefined {
    const attribute = this.#attribute(name);
    // Files of the first format versions leave the type out.
    if (attribute && attribute.type !== type && attribute.type !== AttributeType.UNDEFINED)
      throw damaged(`the attribute ${name} of its ${this.opType} is of the wrong type`);
    return attribute;
  }
}

/** A size as a number. @throws {Obstacle} where each run chooses it */
export function numeric(size: Size, opType: string): number {
  if (typeof size !== 'number') throw foreign(`${opType} depends on how long the input is`);
  return size;
}

function decodeName(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 100));
}
