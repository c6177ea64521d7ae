import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { benchReport } from '../../../src/engine/contract/bench.ts';
import { createCompute } from '../../../src/engine/compute.ts';
import { runBench, type BenchCompute, type BenchSettings } from '../../../src/lab/bench/run-bench.ts';
import { createReferenceCompute } from '../../../src/training/compute.ts';
import type { WorkProgress } from '../../../src/training/progress.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { addon } from '../../native/load.ts';

const settings: BenchSettings = {
  shapes: [
    { name: 'S', frameCount: 6, inputSize: 3, hiddenSize: 5, layerCount: 1, classCount: 2, batchSize: 4 },
    { name: 'T', frameCount: 5, inputSize: 4, hiddenSize: 3, layerCount: 2, classCount: 3, batchSize: 2 },
  ],
  seconds: 0.003,
  rounds: 2,
};
const oneShape: BenchSettings = { ...settings, shapes: settings.shapes.slice(0, 1), rounds: 1 };
const typescript: BenchCompute = { ...createReferenceCompute(), core: undefined };
const running = { aborted: false };

describe('runBench', () => {
  it('answers what the contract promises, without a native core', async () => {
    const progress: WorkProgress[] = [];
    const report = await runBench(settings, typescript, (step) => progress.push(step), running);
    expect(benchReport.parse(report)).toEqual(report);
    expect(report).toMatchObject({
      machine: { backend: 'typescript', instructionSet: null },
      rounds: 2,
      fmaPeak: null,
      cells: null,
      growth: null,
      shapes: { S: { shape: { hiddenSize: 5 }, training: { shareOfFmaPeak: null, comparisons: [] } } },
    });
    expect(Object.keys(report.shapes)).toEqual(['S', 'T']);
    const { inference, streaming } = report.shapes['T']!;
    expect([streaming.bf16, inference.reduced]).toEqual([null, []]);
    for (const { comparisons } of [inference, streaming]) {
      expect(comparisons.map((comparison) => comparison.with)).toEqual(['ONNX Runtime']);
      expect(comparisons[0]!.variants.map(({ name }) => name)).toEqual([
        'reset before, 1 thread',
        'reset before, 2 threads',
        'reset after, 1 thread',
        'reset after, 2 threads',
      ]);
    }
    expect(report.mfcc.comparisons[0]!.with).toBe('Meyda');
    expect(progress.at(-1)).toMatchObject({ work: 'bench', done: progress.at(-1)!.total });
  });

  it.skipIf(!addon)('measures the peak and the share of it that training takes, with the native core', async () => {
    const report = await runBench(oneShape, createCompute(), () => undefined, running);
    expect(benchReport.parse(report)).toEqual(report);
    expect(report.machine).toMatchObject({ backend: 'native', instructionSet: expect.any(String) as string });
    const { shareOfFmaPeak } = report.shapes['S']!.training;
    expect(shareOfFmaPeak).toBeGreaterThan(0);
    expect(shareOfFmaPeak).toBeLessThan(1);
    expect(report.shapes['S']!.streaming.bf16!.comparisons[0]!.with).toBe('ONNX Runtime');
    expect(report.fmaPeak!.oneThreadGigaflops).toBeGreaterThan(0);
    const has = (sets: readonly string[]): boolean => sets.includes(report.machine.instructionSet!);
    const expected = [
      ...(has(addon!.bf16InstructionSets) ? ['bfloat16'] : []),
      ...(has(addon!.float16InstructionSets) ? ['float16'] : []),
    ];
    const { training, inference, endToEnd } = report.shapes['S']!;
    for (const { reduced } of [report.fmaPeak!, training, inference, endToEnd])
      expect(reduced.map(({ precision }) => precision)).toEqual(expected);
  });

  it.skipIf(!addon)('measures training of every cell where asked, each by its own operations', async () => {
    const report = await runBench({ ...oneShape, cells: true }, createCompute(), () => undefined, running);
    expect(benchReport.parse(report)).toEqual(report);
    const cells = report.cells!;
    expect(cells.map(({ cell }) => cell)).toEqual(['rnn', 'gru', 'gru-reset-after', 'lstm', 'mgu']);
    // One gate, three, three, four and two.
    const operations = cells.map(({ megaflopPerUtterance }) => megaflopPerUtterance / cells[0]!.megaflopPerUtterance);
    for (const [index, gates] of [1, 3, 3, 4, 2].entries()) expect(operations[index]).toBeCloseTo(gates, 9);
    for (const { shape, shareOfFmaPeak, utterancesPerSecond } of cells) {
      expect(shape).toBe('S');
      expect(shareOfFmaPeak).toBeGreaterThan(0);
      expect(shareOfFmaPeak).toBeLessThan(1);
      expect(utterancesPerSecond).toBeGreaterThan(0);
    }
  });

  it('says how cost grows, where asked', async () => {
    const report = await runBench(
      { ...oneShape, growth: { factors: [2], clipCounts: [2, 5] } },
      typescript,
      () => undefined,
      running,
    );
    expect(benchReport.parse(report)).toEqual(report);
    const { steps, memory } = report.growth!;
    expect(steps.map(({ size, factor }) => [size, factor])).toEqual([
      [null, 1],
      ['batchSize', 2],
      ['frameCount', 2],
      ['layerCount', 2],
      ['hiddenSize', 2],
    ]);
    expect(steps.slice(0, 3).map(({ operations }) => operations)).toEqual([1, 2, 2]);
    expect(steps[0]!.time).toBe(1);
    expect(memory.map(({ clipCount }) => clipCount)).toEqual([2, 5]);
    expect(memory[1]!.soundMebibytes).toBeCloseTo((5 * 32_000) / 1024 ** 2, 9);
  });

  it('refuses a script for PyTorch that does not run', async () => {
    const torch = join(await temporaryFolder(), 'torch.py');
    await writeFile(torch, 'nothing that runs');
    await expect(runBench({ ...oneShape, torch }, typescript, () => undefined, running)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('torch.py') as string,
    });
  });

  it('ends when it is cancelled', async () => {
    await expect(runBench(oneShape, typescript, () => undefined, { aborted: true })).rejects.toMatchObject({
      code: 'cancelled',
    });
  });
});
