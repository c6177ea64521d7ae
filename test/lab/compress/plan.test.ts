import { describe, expect, it } from 'vitest';
import { choosePlan, int8Bytes, largestFitting, resized } from '../../../src/lab/compress/plan.ts';
import { parseTarget } from '../../../src/lab/compress/target.ts';
import { readModel } from '../../../src/model/onnx/read.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import { randomModel } from '../../model/random-model.ts';

describe('a target of compression', () => {
  it.each([
    ['300KB', { kind: 'bytes', atMost: 300_000 }],
    ['1.5 MB', { kind: 'bytes', atMost: 1_500_000 }],
    ['20us', { kind: 'microseconds', atMost: 20 }],
    ['20µs', { kind: 'microseconds', atMost: 20 }],
    ['.1ms', { kind: 'microseconds', atMost: 100 }],
  ])('is read from %s', (text, target) => {
    expect(parseTarget(text)).toEqual(target);
  });

  it.each(['', '300', 'KB', '-3KB', '0KB', '3 apples', '1e3KB', '300KBps'])(
    'is refused as %j in a sentence',
    (text) => {
      expect(() => parseTarget(text)).toThrow(/is no target: name a size such as 300KB/);
    },
  );
});

describe('the plan of a compression', () => {
  const model = randomModel();

  it('is the largest network that meets the target, with the size that its file will have', () => {
    const own = { hiddenSize: 100, layerCount: 2 };
    const amounts = new Map<string, number>();
    const amountOf = (layers: typeof own): number => {
      const bytes = int8Bytes(resized(model, layers));
      amounts.set(`${layers.layerCount} × ${layers.hiddenSize}`, bytes);
      return bytes;
    };
    const plan = largestFitting(own, { kind: 'bytes', atMost: 80_000 }, amountOf);
    expect(plan).toEqual({ hiddenSize: 80, layerCount: 2 });
    expect(amounts.get('2 × 80')).toBeLessThanOrEqual(80_000);
    expect(amounts.get('2 × 88')).toBeGreaterThan(80_000);
    const bytes = writeExport(resized(model, plan), { form: 'clip', int8: true });
    expect(bytes.length).toBe(amounts.get('2 × 80'));
    expect(readModel(bytes, 'small').shape).toMatchObject(plan);
  });

  it('keeps the network where eight bits are enough', () => {
    const own = { hiddenSize: 100, layerCount: 2 };
    expect(
      largestFitting(own, { kind: 'bytes', atMost: 500_000 }, (layers) => int8Bytes(resized(model, layers))),
    ).toEqual(own);
  });

  it('gives up a layer before it makes two that are too narrow', () => {
    const units = ({ hiddenSize, layerCount }: { hiddenSize: number; layerCount: number }) => hiddenSize * layerCount;
    const own = { hiddenSize: 128, layerCount: 2 };
    expect(largestFitting(own, { kind: 'microseconds', atMost: 96 }, units)).toEqual({ hiddenSize: 48, layerCount: 2 });
    expect(largestFitting(own, { kind: 'microseconds', atMost: 90 }, units)).toEqual({ hiddenSize: 88, layerCount: 1 });
  });

  it('is eight bits where those are enough, then low rank, then a smaller network', () => {
    const whole = randomModel({ hiddenSize: 64, layerCount: 2 });
    const own = int8Bytes(whole);
    const planFor = (atMost: number) => choosePlan(whole, { kind: 'bytes', atMost }, int8Bytes);
    expect(planFor(2 * own)).toEqual({ kind: 'rounded' });
    const half = planFor(0.8 * own);
    const quarter = planFor(0.6 * own);
    expect(half.kind).toBe('low-rank');
    expect(quarter.kind).toBe('low-rank');
    if (half.kind !== 'low-rank' || quarter.kind !== 'low-rank') throw new Error('another kind');
    expect(quarter.factorShare).toBeLessThan(half.factorShare);
    expect(planFor(0.2 * own)).toMatchObject({ kind: 'smaller' });
    expect(() => planFor(1000)).toThrow(/cannot be made so light/);
  });

  it('says what the smallest network comes to where not even that is enough', () => {
    const plan = (): unknown =>
      largestFitting(
        { hiddenSize: 20, layerCount: 1 },
        { kind: 'bytes', atMost: 100 },
        ({ hiddenSize }) => 1000 * hiddenSize,
      );
    expect(plan).toThrow('with 8 units in one layer it still comes to 8,000 bytes, and 100 bytes were asked for');
  });
});
