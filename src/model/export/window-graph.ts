import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { TensorProto_DataType } from '../onnx/onnx_pb.ts';

/** An end that lies behind every tensor's. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/**
 * Adds the choice of what to hear in a sound: a shorter sound than the window is followed by silence, and of a longer one
 * the loudest window is taken, exactly as Heed takes it (`loudestWindowStart`): the sum of squares of [from, to) is
 * carried along in float64, a step's samples added, then as many taken away. That is one running sum over the sequence
 *
 *     the first window's squares │ + one step's, − one step's │ + one step's, − one step's │ …
 *
 * read off at its start and after every step, so that even equal windows are told apart as Heed tells them.
 *
 * @param samples  name of `[batch, samples]` float32, of any length
 * @param output  name for `[batch, length]`
 * @param length  samples in the window
 * @param step  samples from one candidate to the next; the last one ends where the sound does
 */
export function addWindowChoice(
  graph: GraphBuilder,
  samples: string,
  output: string,
  length: number,
  step: number,
): void {
  graph.integers('window.length', [length]);
  graph.integers('window.step', [step]);
  graph.integers('window.axis', [1]);
  graph.integers('window.none', [0]);
  graph.integers('window.one', [1]);
  graph.integers('window.end', [TO_THE_END]);

  // How many steps there are: one at least, as nothing may be empty.
  graph.add('Shape', [samples], 'window.samples', { start: 1, end: 2 });
  graph.add('Sub', ['window.samples', 'window.length'], 'window.spare');
  graph.add('Max', ['window.spare', 'window.none'], 'window.last', {}, 'Where the last window starts.');
  graph.add('Add', ['window.last', graph.integers('window.rounding', [step - 1])], 'window.last.up');
  graph.add('Div', ['window.last.up', 'window.step'], 'window.steps.any');
  graph.add('Max', ['window.steps.any', 'window.one'], 'window.steps');
  graph.add('Mul', ['window.steps', 'window.step'], 'window.travel');

  graph.add('Add', ['window.length', 'window.travel'], 'window.whole');
  graph.add('Sub', ['window.whole', 'window.samples'], 'window.missing');
  graph.add('Concat', [graph.integers('window.front', [0, 0, 0]), 'window.missing'], 'window.pads', { axis: 0 });
  graph.add('Pad', [samples, 'window.pads'], 'padded', {}, 'Silence, up to a whole number of steps.');

  graph.add('Cast', ['padded'], 'padded.double', { to: TensorProto_DataType.DOUBLE });
  graph.add('Mul', ['padded.double', 'padded.double'], 'energy');
  graph.add('Slice', ['energy', 'window.none', 'window.length', 'window.axis'], 'energy.first');
  graph.add('Slice', ['energy', 'window.length', 'window.end', 'window.axis'], 'energy.entering');
  graph.add('Slice', ['energy', 'window.none', 'window.travel', 'window.axis'], 'energy.passed');

  // The last step is shorter than the others, where the sound is no whole number of them.
  graph.integers('window.from', 0);
  graph.integers('window.by', 1);
  graph.add('Squeeze', ['window.travel', 'window.none'], 'window.travel.scalar');
  graph.add('Range', ['window.from', 'window.travel.scalar', 'window.by'], 'window.places');
  graph.add('Less', ['window.places', 'window.last'], 'window.leaves');
  graph.add('Cast', ['window.leaves'], 'window.leaves.double', { to: TensorProto_DataType.DOUBLE });
  graph.add('Mul', ['energy.passed', 'window.leaves.double'], 'energy.leaving');
  graph.add('Neg', ['energy.leaving'], 'energy.lost');

  graph.integers('window.by.steps', [0, -1, step]);
  graph.add('Reshape', ['energy.entering', 'window.by.steps'], 'steps.entering');
  graph.add('Reshape', ['energy.lost', 'window.by.steps'], 'steps.lost');
  graph.add('Concat', ['steps.entering', 'steps.lost'], 'steps.changes', { axis: 2 });
  graph.add('Reshape', ['steps.changes', graph.integers('window.in.a.row', [0, -1])], 'changes');
  graph.add('Concat', ['energy.first', 'changes'], 'terms', { axis: 1 });
  graph.add('CumSum', ['terms', graph.integers('window.along', 1)], 'running');
  graph.add(
    'Slice',
    [
      'running',
      graph.integers('window.first.sum', [length - 1]),
      'window.end',
      'window.axis',
      graph.integers('window.stride', [2 * step]),
    ],
    'energies',
    {},
    'The energy of each candidate.',
  );
  graph.add('ArgMax', ['energies'], 'loudest', { axis: 1, keepdims: 1 });
  graph.add('Mul', ['loudest', 'window.step'], 'loudest.sample');
  graph.add('Min', ['loudest.sample', 'window.last'], 'start');
  graph.add('Range', ['window.from', graph.integers('window.to', length), 'window.by'], 'window.offsets');
  graph.add('Add', ['start', 'window.offsets'], 'window.indices');
  graph.add('Unsqueeze', ['window.indices', graph.integers('window.coordinate', [2])], 'window.coordinates');
  graph.add('GatherND', ['padded', 'window.coordinates'], output, { batch_dims: 1 }, 'The window that is heard.');
}
