import { describe, expect, it } from 'vitest';
import { Adam, clipScale, gradientNorm } from '../../src/nn/adam.ts';
import { DEFAULT_TRAINER_SETTINGS } from '../../src/nn/network.ts';

const settings = DEFAULT_TRAINER_SETTINGS;

describe('Adam', () => {
  it('moves each parameter by the learning rate against its gradient at first, however large that is', () => {
    const parameters = Float64Array.of(1, 1, 1);
    new Adam(parameters, settings).update(parameters, Float64Array.of(1e-3, -500, 0), 1, 0.1);
    [0.9, 1.1, 1].forEach((value, i) => expect(parameters[i]).toBeCloseTo(value, 5));
  });

  it('follows algorithm 1 of the paper over two steps', () => {
    const parameters = Float64Array.of(0);
    const adam = new Adam(parameters, settings);
    adam.update(parameters, Float64Array.of(2), 1, 0.1);
    adam.update(parameters, Float64Array.of(-1), 0.5, 0.1);
    const m = 0.9 * 0.2 + 0.1 * -0.5;
    const v = 0.999 * 0.004 + 0.001 * 0.25;
    const second = (0.1 * (m / (1 - 0.81))) / (Math.sqrt(v / (1 - 0.998001)) + 1e-8);
    expect(parameters[0]).toBeCloseTo(-0.1 - second, 8);
    expect(adam.state().step).toBe(2);
  });

  it('hands out a copy of its memory, in the precision of the parameters', () => {
    const parameters = new Float32Array(2);
    const adam = new Adam(parameters, settings);
    const state = adam.state();
    adam.update(parameters, Float64Array.of(1, 1), 1, 0.1);
    expect(state).toEqual({ step: 0, firstMoment: new Float32Array(2), secondMoment: new Float32Array(2) });
  });

  it.each([
    { step: 1, firstMoment: new Float32Array(3), secondMoment: new Float32Array(2) },
    { step: 1, firstMoment: new Float32Array(2), secondMoment: new Float32Array(1) },
    { step: -1, firstMoment: new Float32Array(2), secondMoment: new Float32Array(2) },
    { step: 0.5, firstMoment: new Float32Array(2), secondMoment: new Float32Array(2) },
  ])('refuses the memory of another network or a damaged one (%#)', (state) => {
    expect(() => new Adam(new Float32Array(2), settings, state)).toThrow(
      expect.objectContaining({ code: 'checkpoint' }),
    );
  });
});

describe('clipping by global norm', () => {
  it('measures the gradient as one vector', () => {
    expect(gradientNorm(Float64Array.of(3, 0, -4))).toBe(5);
  });

  it('shortens a longer gradient to the bound and leaves a shorter one alone', () => {
    expect(5 * clipScale(5, 2)).toBeCloseTo(2, 14);
    expect(clipScale(5, 5)).toBe(1);
    expect(clipScale(5, Infinity)).toBe(1);
    expect(clipScale(0, 1)).toBe(1);
  });
});
