import type { Value } from './activation.ts';
import { concat, flatten, gather, reshape, slice, squeeze, transpose, unsqueeze } from './axis-operators.ts';
import { cast, constant, constantOfShape, equal, expand, range, shape, tile, where } from './constant-operators.ts';

import { elementwise, gemm, globalAveragePool, identity, matMul, reduceMean, softmax } from './head-operators.ts';
import type { NodeReader } from './node-reader.ts';
import { readRecurrent } from './recurrent-node.ts';

/** What each operator of a recurrent classifier makes of its inputs: one value for each output that is understood. */
export const OPERATORS: ReadonlyMap<string, (node: NodeReader) => Value | readonly Value[]> = new Map<
  string,
  (node: NodeReader) => Value | readonly Value[]
>([
  ['GRU', readRecurrent],
  ['LSTM', readRecurrent],
  ['RNN', readRecurrent],
  // the first states, and the sizes they are made from
  ['Constant', constant],
  ['ConstantOfShape', constantOfShape],
  ['Shape', shape],
  ['Expand', expand],
  ['Tile', tile],
  ['Range', range],
  ['Cast', cast],
  ['Where', where],
  ['Equal', equal],
  // axes
  ['Transpose', transpose],
  ['Squeeze', squeeze],
  ['Unsqueeze', unsqueeze],
  ['Gather', gather],
  ['Slice', slice],
  ['Concat', concat],
  ['Reshape', reshape],
  ['Flatten', flatten],
  // normaliser, pooling and head
  ['Add', elementwise],
  ['Sub', elementwise],
  ['Mul', elementwise],
  ['Div', elementwise],
  ['MatMul', matMul],
  ['Gemm', gemm],
  ['ReduceMean', reduceMean],
  ['GlobalAveragePool', globalAveragePool],
  ['Softmax', softmax],
  ['LogSoftmax', softmax],
  ['Identity', identity],
  ['Dropout', identity],
]);
