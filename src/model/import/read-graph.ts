import { type GraphProto, TensorProto_DataType as DataType, type ValueInfoProto } from '../onnx/onnx_pb.ts';
import { type Activation, inputActivation, type InputSizes, type Value } from './activation.ts';
import { knownTensor, quoted, refuseExternalData, typeName } from './initialiser.ts';
import { CopyBudget, type Size } from './known-tensor.ts';
import { NodeReader } from './node-reader.ts';
import { damaged, foreign, Obstacle } from './obstacle.ts';
import { OPERATORS } from './operators.ts';

/** A classifier found in a graph, and the sizes of the input it was exported with. */
export interface GraphClassifier {
  readonly activation: Activation;
  readonly inputName: string;
  readonly inputSizes: InputSizes;
  readonly outputName: string;
}

/** Constants of a sound model are joined once or twice on the way to where they are used. */
const COPIES_OF_WEIGHTS = 2;
const SMALL_CONSTANTS = 1_000_000;

/**
 * Finds the classifier in a graph by following what each node makes of its inputs, once, in the order of the nodes: as
 * ONNX wants them sorted, a node that uses what comes later, or itself, is an error, and every graph ends.
 *
 * @param fileBytes  the size of the file; what is copied stays in proportion to it
 * @throws {Obstacle} saying what stands in the way
 */
export function readGraph(graph: GraphProto, fileBytes: number): GraphClassifier {
  if (graph.sparseInitializer.length > 0) throw foreign('it has sparse tensors');
  for (const tensor of graph.initializer) refuseExternalData(tensor);
  const input = soleInput(graph);
  const inputSizes = sizesOfInput(input);
  const values = nodeOutputs(graph, input.name, inputSizes, fileBytes);

  const refusals: Obstacle[] = [];
  const found: GraphClassifier[] = [];
  for (const { name } of graph.output) {
    const value = values.get(name);
    if (value?.kind === 'refused') refusals.push(value.why);
    else if (value?.kind === 'activation' && value.head && value.pooling)
      found.push({ activation: value, inputName: input.name, inputSizes, outputName: name });
    else refusals.push(withoutHead(name, value));
  }
  const [first, ...others] = found;
  if (!first) throw refusals[0] ?? damaged('its graph has no output');
  const weights = first.activation.head!.weights;
  if (others.some(({ activation }) => activation.head!.weights !== weights))
    throw foreign('it has two classifiers in one graph');
  return first;
}

function withoutHead(name: string, value: Exclude<Value, { kind: 'refused' }> | undefined): Obstacle {
  if (value === undefined) return damaged(`no node makes its output ${quoted(name)}`);
  if (value.kind === 'known') return foreign(`its output ${quoted(name)} does not depend on its input`);
  if (value.kind === 'activation' && value.layers.length === 0)
    return foreign('there is no recurrent layer (GRU, LSTM or RNN) between its input and its output');
  if (value.kind === 'activation' && value.head)
    return foreign('it gives an answer for every frame, and Heed wants one for all of them (the last, or the mean)');
  return foreign('no dense layer (Gemm or MatMul) follows its recurrent layers');
}

/** Files of older formats name their initialisers among the inputs. */
function soleInput(graph: GraphProto): ValueInfoProto {
  const initialised = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !initialised.has(name));
  const [input, ...others] = inputs;
  if (!input) throw damaged('its graph has no input');
  if (others.length > 0)
    throw foreign(
      `it has ${inputs.length} inputs (${inputs
        .slice(0, 4)
        .map(({ name }) => quoted(name))
        .join(', ')}), and Heed feeds one: the features`,
    );
  return input;
}

function sizesOfInput(input: ValueInfoProto): Size[] {
  const tensor = input.type?.value.case === 'tensorType' ? input.type.value.value : undefined;
  if (!tensor?.shape) throw foreign(`its input ${quoted(input.name)} is no tensor of known dimensions`);
  if (tensor.elemType !== DataType.FLOAT)
    throw foreign(`its input ${quoted(input.name)} takes ${typeName(tensor.elemType)} numbers, and features are float`);
  const { dim } = tensor.shape;
  if (dim.length < 2 || dim.length > 4)
    throw foreign(
      `its input ${quoted(input.name)} has ${dim.length} axes; a recurrent layer takes clips, frames and coefficients`,
    );
  return dim.map(({ value }, axis): Size => {
    if (value.case !== 'dimValue') return `axis ${axis}`;
    const size = Number(value.value);
    // Exporters write −1 or 0 for a size that is chosen later.
    return size >= 1 && size <= 2 ** 31 ? size : `axis ${axis}`;
  });
}

function nodeOutputs(
  graph: GraphProto,
  inputName: string,
  inputSizes: InputSizes,
  fileBytes: number,
): ReadonlyMap<string, Value> {
  const budget = new CopyBudget((COPIES_OF_WEIGHTS * fileBytes) / 4 + SMALL_CONSTANTS);
  const initialisers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  if (initialisers.size !== graph.initializer.length) throw damaged('two of its tensors have the same name');
  const values = new Map<string, Value>([[inputName, inputActivation(inputSizes.length)]]);
  const valueOf = (name: string, opType: string): Value | undefined => {
    if (name === '') return undefined;
    const value = values.get(name);
    if (value) return value;
    const tensor = initialisers.get(name);
    if (!tensor)
      throw damaged(
        `its ${opType} uses ${quoted(name)}, which nothing has made before it: the graph is torn, or a circle`,
      );
    const read = attempt(() => knownTensor(tensor));
    values.set(name, read);
    return read;
  };
  for (const node of graph.node) {
    const outputs = attempt(() => {
      const operator = node.domain === '' || node.domain === 'ai.onnx' ? OPERATORS.get(node.opType) : undefined;
      if (!operator)
        throw foreign(
          `the operator ${operatorName(node.domain, node.opType)} is none that a recurrent classifier needs`,
        );
      const inputs = node.input.map((name) => valueOf(name, node.opType));
      return operator(new NodeReader(node, inputs, inputSizes, budget));
    });
    node.output.forEach((name, index) => {
      if (name === '') return;
      if (values.has(name) || initialisers.has(name)) throw damaged(`two parts of it make ${quoted(name)}`);
      const value = isList(outputs) ? outputs[index] : index === 0 || outputs.kind === 'refused' ? outputs : undefined;
      const missing = (): Value => ({
        kind: 'refused',
        why: foreign(`it uses output ${index + 1} of ${operatorName(node.domain, node.opType)}`),
      });
      values.set(name, value ?? missing());
    });
  }
  return values;
}

function operatorName(domain: string, opType: string): string {
  const name = domain === '' || domain === 'ai.onnx' ? opType : `${domain}.${opType}`;
  return name.length <= 80 ? name : `${name.slice(0, 79)}…`;
}

/** An obstacle is kept as a value: a node that nothing needs stands in nobody's way. */
function attempt<T extends Value | readonly Value[]>(read: () => T): T | Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Obstacle) return { kind: 'refused', why: error };
    throw error;
  }
}

function isList(value: Value | readonly Value[]): value is readonly Value[] {
  return Array.isArray(value);
}
