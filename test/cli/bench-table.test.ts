import { describe, expect, it } from 'vitest';
import { benchTable } from '../../src/cli/bench-table.ts';
import type { BenchReport } from '../../src/engine/contract/bench.ts';

const onnxRuntime = (ratio: number, ...values: number[]) => ({
  with: 'ONNX Runtime',
  version: '1.30.0',
  ratio,
  variants: values.map((value, index) => ({ name: `${index + 1} threads`, value })),
});
const report: BenchReport = {
  machine: { processor: 'Abacus', cores: 2, node: 'v20.20.2', backend: 'native', instructionSet: 'avx512' },
  rounds: 5,
  sliceMs: 1000,
  fmaPeak: { oneThreadGigaflops: 262.4, allThreadsGigaflops: 512.6, reduced: [] },
  shapes: {
    A: {
      shape: { frameCount: 98, inputSize: 40, hiddenSize: 128, layerCount: 1, classCount: 12, batchSize: 64 },
      training: {
        ...{ utterancesPerSecond: 11_880, megaflopPerUtterance: 34.9, shareOfFmaPeak: 0.8, comparisons: [] },
        reduced: [],
      },
      inference: {
        utterancesPerSecond: 35_701,
        comparisons: [onnxRuntime(2.764, 10_336, 12_914)],
        reduced: [],
      },
      streaming: {
        stepMicroseconds: 1.951,
        comparisons: [onnxRuntime(7.38, 15.5, 14.4)],
        bf16: { stepMicroseconds: 1.2, comparisons: [onnxRuntime(12, 15.5, 14.4)] },
      },
      endToEnd: { examplesPerSecond: 4321, reduced: [] },
    },
  },
  mfcc: {
    frameMicroseconds: 2.5,
    comparisons: [{ with: 'Meyda', version: null, ratio: 35.2, variants: [{ name: 'as it comes', value: 88 }] }],
  },
  cells: null,
  growth: null,
};

describe('benchTable', () => {
  it("puts the others' figures and the targets beside Heed's, and says what was not measured", () => {
    expect(benchTable(report)).toBe(
      [
        'Abacus, 2 cores, Node v20.20.2; Heed computes in the native core (avx512).',
        'Medians of 5 rounds; in each, every program ran for 1000 ms in turn.',
        'Multiply-add peak: 262 GFLOP/s on one thread, 513 on all.',
        '',
        '                               Heed                                beside            Heed is     target',
        'A  training                11,880/s  PyTorch: not measured (--torch FILE)                        ≥ 4.0×',
        'A  share of the FMA peak     80.0 %                                                              ≥ 75 %',
        'A  batch inference         35,701/s        ONNX Runtime 1.30.0, 2 threads  12,914/s    2.76×     ≥ 2.7×',
        '                                                                1 threads  10,336/s',
        'A  streaming step           1.95 µs        ONNX Runtime 1.30.0, 2 threads   14.4 µs    7.38×     ≥ 6.5×',
        '                                                                1 threads   15.5 µs',
        'A  the same, bf16 weights   1.20 µs        ONNX Runtime 1.30.0, 2 threads   14.4 µs   12.00×',
        'A  heed train, end to end   4,321/s                                                           ≥ 4,000/s',
        'MFCC, a frame               2.50 µs                    Meyda, as it comes   88.0 µs   35.20×     ≤ 3 µs',
      ].join('\n'),
    );
  });

  it('shows the ratio to PyTorch, and the target beside it, where it was measured', () => {
    const torch = { with: 'PyTorch', version: '1.13', ratio: 4.19, variants: [{ name: 'best tuned', value: 2836 }] };
    const { A } = report.shapes;
    const table = benchTable({
      ...report,
      shapes: { A: { ...A!, training: { ...A!.training, shareOfFmaPeak: null, comparisons: [torch] } } },
    });
    expect(table).toMatch(/A {2}training +11,880\/s +PyTorch 1\.13, best tuned +2,836\/s +4\.19× +≥ 4\.0×\n/);
    expect(table).toMatch(/share of the FMA peak +no native core/);
    expect(table).not.toContain('--torch');
  });

  it.each([
    ['bfloat16', 'bf16'],
    ['float16', 'fp16'],
  ] as const)('shows %s beside its own peak, and of the others only the best', (precision, name) => {
    const { A } = report.shapes;
    const reduced = <Figures>(figures: Figures) => [{ precision, ...figures }];
    const table = benchTable({
      ...report,
      fmaPeak: {
        ...report.fmaPeak!,
        reduced: reduced({ oneThreadGigaflops: 524.8, allThreadsGigaflops: 1025.2 }),
      },
      shapes: {
        A: {
          ...A!,
          training: {
            ...A!.training,
            reduced: reduced({ utterancesPerSecond: 19_000, shareOfFmaPeak: 0.647, comparisons: [] }),
          },
          inference: {
            ...A!.inference,
            reduced: reduced({ utterancesPerSecond: 60_000, comparisons: [onnxRuntime(4.65, 10_336, 12_914)] }),
          },
          endToEnd: { examplesPerSecond: 4321, reduced: reduced({ examplesPerSecond: 5432 }) },
        },
      },
    });
    const lines = table.replaceAll(/ +/g, ' ').split('\n');
    expect(lines).toContain(`In ${precision}: 525 GFLOP/s on one thread, 1025 on all.`);
    expect(lines).toContain(`A training, ${name} 19,000/s PyTorch: not measured (--torch FILE) ≥ 4.0×`);
    expect(lines).toContain(`A share of the ${name} peak 64.7 %`);
    expect(lines).toContain(`A batch inference, ${name} 60,000/s ONNX Runtime 1.30.0, 2 threads 12,914/s 4.65× ≥ 2.7×`);
    // One line each, where float32 has one for each way in which the other was run.
    expect(table.match(/10,336\/s/g)).toHaveLength(1);
    expect(lines).toContain(`A heed train --precision ${precision} 5,432/s ≥ 4,000/s`);
  });

  it('gives no targets for a shape that has none', () => {
    expect(benchTable({ ...report, shapes: { Z: report.shapes['A']! } })).not.toContain('≥');
  });

  it('shows training of every cell, with its share of the peak', () => {
    const cell = { shape: 'A', megaflopPerUtterance: 11.64, utterancesPerSecond: 14_221 };
    const table = benchTable({
      ...report,
      cells: [
        { ...cell, cell: 'rnn', title: 'simple recurrent (tanh)', shareOfFmaPeak: 0.721 },
        { ...cell, cell: 'lstm', title: 'LSTM', shareOfFmaPeak: null },
      ],
    });
    expect(table).toContain(
      [
        'training of every cell          a clip            share of the FMA peak',
        'A  simple recurrent (tanh)  11.6 MFLOP  14,221/s                 72.1 %',
        'A  LSTM                     11.6 MFLOP  14,221/s         no native core',
      ].join('\n'),
    );
  });

  it('shows how cost and memory grow', () => {
    const table = benchTable({
      ...report,
      growth: {
        steps: [
          { shape: 'A', size: null, factor: 1, stepMilliseconds: 5.4, operations: 1, time: 1 },
          { shape: 'A', size: 'hiddenSize', factor: 2, stepMilliseconds: 18.36, operations: 3.5, time: 3.4 },
        ],
        memory: [
          { clipCount: 1000, soundMebibytes: 30.5, peakMebibytes: 120.2 },
          { clipCount: 100_000, soundMebibytes: 3051.8, peakMebibytes: null },
        ],
      },
    });
    expect(table).toMatch(/\nA, 2 × the hidden units +18\.36 ms +3\.50× +3\.40×\n/);
    expect(table).toMatch(/\n1,000 +31 MiB +120 MiB\n100,000 +3052 MiB +not tried/);
  });
});
