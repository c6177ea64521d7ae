import type { BenchComparison, BenchReport, BenchShapeReport } from '../engine/contract/bench.ts';
import { columns, percent } from './format.ts';

/** What the native core is to reach at shapes A and B, on a machine with AVX-512 and two cores; ratios, unless said. */
const TARGETS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  A: {
    training: '≥ 4.0×',
    'training, bf16': '≥ 4.0×',
    'training, fp16': '≥ 4.0×',
    'share of the FMA peak': '≥ 75 %',
    'batch inference': '≥ 2.7×',
    'batch inference, bf16': '≥ 2.7×',
    'batch inference, fp16': '≥ 2.7×',
    'streaming step': '≥ 6.5×',
    'heed train, end to end': '≥ 4,000/s',
    'heed train --precision bfloat16': '≥ 4,000/s',
    'heed train --precision float16': '≥ 4,000/s',
  },
  B: {
    training: '≥ 2.2×',
    'training, bf16': '≥ 2.2×',
    'training, fp16': '≥ 2.2×',
    'share of the FMA peak': '≥ 80 %',
    'batch inference': '≥ 2.0×',
    'batch inference, bf16': '≥ 2.0×',
    'batch inference, fp16': '≥ 2.0×',
    'streaming step': '≥ 2.0×',
    'the same, bf16 weights': '≥ 3.0×',
    'heed train, end to end': '≥ 1,000/s',
    'heed train --precision bfloat16': '≥ 1,000/s',
    'heed train --precision float16': '≥ 1,000/s',
  },
};
const MFCC_TARGET = '≤ 3 µs';

/** Which comparison a target is about. */
const TARGET_PEERS: Readonly<Record<string, string>> = {
  training: 'PyTorch',
  'training, bf16': 'PyTorch',
  'training, fp16': 'PyTorch',
  'batch inference': 'ONNX Runtime',
  'batch inference, bf16': 'ONNX Runtime',
  'batch inference, fp16': 'ONNX Runtime',
  'streaming step': 'ONNX Runtime',
  'the same, bf16 weights': 'ONNX Runtime',
};

const SHORT_NAMES = { bfloat16: 'bf16', float16: 'fp16' };

type Format = (value: number) => string;
const perSecond: Format = (value) => `${Math.round(value).toLocaleString('en')}/s`;
const microseconds: Format = (value) => `${value.toFixed(value < 10 ? 2 : 1)} µs`;
const times: Format = (value) => `${value.toFixed(2)}×`;

/** All figures of a benchmark for people: Heed's beside the others', beside the targets. */
export function benchTable(report: BenchReport): string {
  const rows = [
    ['', 'Heed', 'beside', '', 'Heed is', 'target'],
    ...Object.entries(report.shapes).flatMap(([name, shape]) => shapeRows(name, shape)),
    ...comparedRows('MFCC, a frame', report.mfcc.frameMicroseconds, microseconds, report.mfcc.comparisons, MFCC_TARGET),
  ];
  return [
    heading(report),
    columns(rows),
    ...(report.cells ? [cellTable(report.cells)] : []),
    ...(report.growth ? growthTables(report.growth) : []),
  ].join('\n\n');
}

function heading({ machine, rounds, sliceMs, fmaPeak }: BenchReport): string {
  const { processor, cores, node, backend, instructionSet } = machine;
  const sums = backend === 'native' ? `the native core (${instructionSet})` : 'TypeScript';
  const lines = [
    `${processor}, ${cores} cores, Node ${node}; Heed computes in ${sums}.`,
    `Medians of ${rounds} rounds; in each, every program ran for ${Math.round(sliceMs)} ms in turn.`,
  ];
  if (fmaPeak)
    lines.push(
      `Multiply-add peak: ${fmaPeak.oneThreadGigaflops.toFixed(0)} GFLOP/s on one thread, ${fmaPeak.allThreadsGigaflops.toFixed(0)} on all.`,
    );
  for (const { precision, oneThreadGigaflops, allThreadsGigaflops } of fmaPeak?.reduced ?? [])
    lines.push(
      `In ${precision}: ${oneThreadGigaflops.toFixed(0)} GFLOP/s on one thread, ${allThreadsGigaflops.toFixed(0)} on all.`,
    );
  return lines.join('\n');
}

function shapeRows(name: string, { training, inference, streaming, endToEnd }: BenchShapeReport): string[][] {
  const targets = TARGETS[name] ?? {};
  const compared = (what: string, value: number, format: Format, comparisons: readonly BenchComparison[]): string[][] =>
    comparedRows(`${name}  ${what}`, value, format, comparisons, targets[what], TARGET_PEERS[what]);
  const alone = (what: string, value: string): string[] => [`${name}  ${what}`, value, '', '', '', targets[what] ?? ''];
  return [
    ...compared('training', training.utterancesPerSecond, perSecond, training.comparisons),
    alone(
      'share of the FMA peak',
      training.shareOfFmaPeak === null ? 'no native core' : percent(training.shareOfFmaPeak),
    ),
    ...training.reduced.flatMap(({ precision, utterancesPerSecond, shareOfFmaPeak, comparisons }) => [
      ...compared(
        `training, ${SHORT_NAMES[precision]}`,
        utterancesPerSecond,
        perSecond,
        bestOf(comparisons, perSecond),
      ),
      alone(`share of the ${SHORT_NAMES[precision]} peak`, percent(shareOfFmaPeak ?? 0)),
    ]),
    ...compared('batch inference', inference.utterancesPerSecond, perSecond, inference.comparisons),
    ...inference.reduced.flatMap(({ precision, utterancesPerSecond, comparisons }) =>
      compared(
        `batch inference, ${SHORT_NAMES[precision]}`,
        utterancesPerSecond,
        perSecond,
        bestOf(comparisons, perSecond),
      ),
    ),
    ...compared('streaming step', streaming.stepMicroseconds, microseconds, streaming.comparisons),
    ...(streaming.bf16
      ? compared(
          'the same, bf16 weights',
          streaming.bf16.stepMicroseconds,
          microseconds,
          bestOf(streaming.bf16.comparisons, microseconds),
        )
      : []),
    alone('heed train, end to end', perSecond(endToEnd.examplesPerSecond)),
    ...endToEnd.reduced.map(({ precision, examplesPerSecond }) =>
      alone(`heed train --precision ${precision}`, perSecond(examplesPerSecond)),
    ),
  ];
}

/** Times are better the shorter they are, rates the higher. */
function bestFirst(variants: BenchComparison['variants'], format: Format): BenchComparison['variants'] {
  const sign = format === microseconds ? 1 : -1;
  return [...variants].sort((a, b) => sign * (a.value - b.value));
}

/** Only the best way in which each other program was run, where lines above say them all. */
function bestOf(comparisons: readonly BenchComparison[], format: Format): BenchComparison[] {
  return comparisons.map((comparison) => ({
    ...comparison,
    variants: bestFirst(comparison.variants, format).slice(0, 1),
  }));
}

/** Heed's figure, and a line for each way in which each other program was run: its best, with the ratio to it, first. */
function comparedRows(
  what: string,
  value: number,
  format: Format,
  comparisons: readonly BenchComparison[],
  target = '',
  targetPeer = comparisons[0]?.with ?? '',
): string[][] {
  const rows = comparisons.flatMap(({ with: peer, version, ratio, variants }) =>
    bestFirst(variants, format).map((variant, index) => [
      index === 0 ? `${peer}${version === null ? '' : ` ${version}`}, ${variant.name}` : variant.name,
      format(variant.value),
      index === 0 ? times(ratio) : '',
      index === 0 && peer === targetPeer ? target : '',
    ]),
  );
  if (targetPeer !== '' && !comparisons.some((comparison) => comparison.with === targetPeer))
    rows.unshift([`${targetPeer}: not measured (--torch FILE)`, '', '', target]);
  return rows.map((row, index) => [index === 0 ? what : '', index === 0 ? format(value) : '', ...row]);
}

function cellTable(cells: NonNullable<BenchReport['cells']>): string {
  return columns([
    ['training of every cell', 'a clip', '', 'share of the FMA peak'],
    ...cells.map(({ shape, title, utterancesPerSecond, shareOfFmaPeak, megaflopPerUtterance }) => [
      `${shape}  ${title}`,
      `${megaflopPerUtterance.toFixed(1)} MFLOP`,
      perSecond(utterancesPerSecond),
      shareOfFmaPeak === null ? 'no native core' : percent(shareOfFmaPeak),
    ]),
  ]);
}

const SIZE_NAMES = { batchSize: 'batch', frameCount: 'frames', layerCount: 'layers', hiddenSize: 'hidden units' };

function growthTables({ steps, memory }: NonNullable<BenchReport['growth']>): string[] {
  return [
    columns([
      ['one training step', 'time', 'operations', 'time'],
      ...steps.map(({ shape, size, factor, stepMilliseconds, operations, time }) => [
        size === null ? shape : `${shape}, ${factor} × the ${SIZE_NAMES[size]}`,
        `${stepMilliseconds.toFixed(2)} ms`,
        times(operations),
        times(time),
      ]),
    ]),
    columns([
      ['clips in memory', 'sound', 'peak of the process'],
      ...memory.map(({ clipCount, soundMebibytes, peakMebibytes }) => [
        clipCount.toLocaleString('en'),
        `${soundMebibytes.toFixed(0)} MiB`,
        peakMebibytes === null ? 'not tried: too little memory here' : `${peakMebibytes.toFixed(0)} MiB`,
      ]),
    ]),
  ];
}
