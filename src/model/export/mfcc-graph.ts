import { melBandEdges } from '../../features/mel-bank.ts';
import type { FeatureSettings } from '../../features/settings.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { TensorProto_DataType } from '../onnx/onnx_pb.ts';

const { DOUBLE, FLOAT } = TensorProto_DataType;

/**
 * Adds the feature recipe to a graph: frames of samples → × scale, × Hann window, power spectrum → triangular mel bands →
 * ln(1 + x) → DCT-II × 2.
 *
 * It computes in float64: beside a loud tone, the quiet bins of a float32 spectrum are rounding noise, which the
 * logarithm makes large. Filter bank and cosines are computed in the graph from a few numbers each; a runtime does that
 * once, when it loads the file, and the file stays small. In ONNX Runtime the DFT operator is an FFT, and quicker than the
 * products with a matrix of cosines that it stands for.
 *
 * @param frames  name of `[batch, frameLength]` or `[batch, frames, frameLength]` float32, full scale ±1
 * @param timeAxis  the axis of the samples in it
 * @param output  name for the same with `coefficients` in the place of the samples
 */
export function addMfcc(
  graph: GraphBuilder,
  settings: FeatureSettings,
  frames: string,
  timeAxis: 1 | 2,
  output: string,
): void {
  const { frameLength, scale } = settings;
  graph.add('Mul', [frames, graph.floats('mfcc.scale', [], [scale])], 'scaled');
  graph.add('Cast', ['scaled'], 'scaled.double', { to: DOUBLE });
  graph.add('Mul', ['scaled.double', graph.doubles('mfcc.window', hannWindow(frameLength))], 'windowed');
  graph.add('Unsqueeze', ['windowed', graph.integers('mfcc.last', [-1])], 'signal', {}, 'Real numbers.');
  graph.add('DFT', ['signal'], 'spectrum', { axis: timeAxis, onesided: 1 }, 'Real and imaginary parts of each bin.');
  graph.add('Mul', ['spectrum', 'spectrum'], 'spectrum.squared');
  graph.add('ReduceSum', ['spectrum.squared', 'mfcc.last'], 'power', { keepdims: 0 });
  graph.add('MatMul', ['power', addMelBank(graph, settings)], 'mel');
  graph.add('Add', ['mel', graph.doubles('mfcc.one', 1)], 'mel.shifted');
  graph.add('Log', ['mel.shifted'], 'mel.log');
  graph.add('MatMul', ['mel.log', addCosines(graph, settings)], 'cepstrum');
  graph.add('Cast', ['cepstrum'], output, { to: FLOAT });
}

/**
 * Adds the cutting of a window of sound into frames.
 * @param window  name of `[batch, samples]`, as many as `windowLength` says
 * @param output  name for `[batch, windowFrames, frameLength]`
 */
export function addFraming(graph: GraphBuilder, settings: FeatureSettings, window: string, output: string): void {
  const { frameLength, hopLength, windowFrames } = settings;
  addRange(graph, 'frames.starts', 0, windowFrames * hopLength, hopLength);
  addRange(graph, 'frames.offsets', 0, frameLength, 1);
  graph.add('Unsqueeze', ['frames.starts', graph.integers('frames.last', [-1])], 'frames.start');
  graph.add('Add', ['frames.start', 'frames.offsets'], 'frames.places');
  graph.add('Gather', [window, 'frames.places'], output, { axis: 1 });
}

/** Whole numbers from `start` up to `end`, in steps of `step`. */
function addRange(graph: GraphBuilder, name: string, start: number, end: number, step: number): void {
  const limits = [start, end, step].map((value, i) => graph.integers(`${name}.${i}`, value));
  graph.add('Range', limits, name);
}

/** Symmetric, rounded to float32, as Meyda has it. */
function hannWindow(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1)));
}

/**
 * `[bins, bands]`: band j rises from edge j to edge j + 1 and falls to edge j + 2, so that its weight at a bin is the
 * lesser of a rising and a falling line, or 0 where that is negative. Where two edges fall on the same bin, the side
 * between them is a step.
 */
function addMelBank(graph: GraphBuilder, settings: FeatureSettings): string {
  const { frameLength, melBands } = settings;
  const edges = melBandEdges(settings);
  const lines = Array.from({ length: melBands }, (_, band) => {
    const [low, centre, high] = [edges[band]!, edges[band + 1]!, edges[band + 2]!];
    return {
      riseFrom: centre === low ? low - 1 : low,
      riseLength: Math.max(1, centre - low),
      fallTo: high,
      fallLength: Math.max(1, high - centre),
    };
  });
  const line = (name: keyof (typeof lines)[number]): string =>
    graph.doubles(
      `mel.${name}`,
      lines.map((values) => values[name]),
    );
  const bins = [0, frameLength / 2 + 1, 1].map((value, i) => graph.doubles(`mel.bins.${i}`, value));
  graph.add('Range', bins, 'mel.bins');
  graph.add('Unsqueeze', ['mel.bins', 'mfcc.last'], 'mel.bin');
  graph.add('Sub', ['mel.bin', line('riseFrom')], 'mel.above');
  graph.add('Div', ['mel.above', line('riseLength')], 'mel.rise');
  graph.add('Sub', [line('fallTo'), 'mel.bin'], 'mel.below');
  graph.add('Div', ['mel.below', line('fallLength')], 'mel.fall');
  graph.add('Min', ['mel.rise', 'mel.fall'], 'mel.lines');
  return graph.add('Max', ['mel.lines', graph.doubles('mel.zero', 0)], 'mel.weights', {}, 'The triangles.');
}

/** `[bands, coefficients]`: 2·cos(π·(n + ½)·k / B). The angle is (2n + 1)·k steps of a circle that has 4B of them. */
function addCosines(graph: GraphBuilder, { melBands, coefficients }: FeatureSettings): string {
  const circle = 4 * melBands;
  const cosines = Float64Array.from({ length: circle }, (_, step) => 2 * Math.cos((2 * Math.PI * step) / circle));
  addRange(graph, 'dct.odd', 1, 2 * melBands, 2);
  addRange(graph, 'dct.k', 0, coefficients, 1);
  graph.add('Unsqueeze', ['dct.odd', 'mfcc.last'], 'dct.bands');
  graph.add('Mul', ['dct.bands', 'dct.k'], 'dct.angles');
  graph.add('Mod', ['dct.angles', graph.integers('dct.circle', circle)], 'dct.steps');
  return graph.add('Gather', [graph.doubles('dct.cosines', cosines), 'dct.steps'], 'dct.weights', {}, 'The DCT-II.');
}
