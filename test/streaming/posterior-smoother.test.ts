import { describe, expect, it } from 'vitest';
import { PosteriorSmoother } from '../../src/streaming/posterior-smoother.ts';

describe('PosteriorSmoother', () => {
  it('averages the newest windows only', () => {
    const smoother = new PosteriorSmoother(2, 2);
    smoother.push([1, 0]);
    smoother.push([0.5, 0.5]);
    expect([...smoother.push([0, 1])]).toEqual([0.25, 0.75]);
  });

  it('weighs the first window no more than any later one', () => {
    expect([...new PosteriorSmoother(2, 4).push([1, 0])]).toEqual([0.25, 0]);
  });

  it('does not drift over a hundred thousand windows', () => {
    const smoother = new PosteriorSmoother(1, 3);
    for (let i = 0; i < 100_000; i++) smoother.push([(i % 7) / 7 + 1e-7]);
    for (let i = 0; i < 3; i++) smoother.push([0.5]);
    expect([...smoother.push([0.5])]).toEqual([0.5]);
  });

  it('begins anew when reset', () => {
    const smoother = new PosteriorSmoother(1, 2);
    smoother.push([1]);
    smoother.reset();
    expect([...smoother.push([1])]).toEqual([0.5]);
  });
});
