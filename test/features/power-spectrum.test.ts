import { describe, expect, it } from 'vitest';
import { createPowerSpectrum } from '../../src/features/power-spectrum.ts';
import { createRandom } from '../../src/random.ts';

describe('createPowerSpectrum', () => {
  it.each([8, 16, 64, 256])('agrees with the sum of the definition for %i samples', (N) => {
    const random = createRandom(N);
    const frame = Float64Array.from({ length: N }, () => random.normal());
    const power = new Float64Array(N / 2);
    createPowerSpectrum(N)(frame, power);
    for (let k = 0; k < N / 2; k++) {
      const re = frame.reduce((sum, x, n) => sum + x * Math.cos((2 * Math.PI * k * n) / N), 0);
      const im = frame.reduce((sum, x, n) => sum + x * Math.sin((2 * Math.PI * k * n) / N), 0);
      expect(Math.abs(power[k]! / (re * re + im * im) - 1)).toBeLessThan(1e-6);
    }
  });

  it('has the whole power of a sine in its bin', () => {
    const frame = Float64Array.from({ length: 512 }, (_, n) => Math.sin((2 * Math.PI * 100 * n) / 512));
    const power = new Float64Array(256);
    createPowerSpectrum(512)(frame, power);
    expect(power[100]).toBeCloseTo(256 ** 2, 1);
    expect(Math.max(...power.map((value, k) => (k === 100 ? 0 : value)))).toBeLessThan(1e-12);
  });

  it('leaves its frame alone, and does not remember the one before', () => {
    const spectrum = createPowerSpectrum(64);
    const frame = Float64Array.from({ length: 64 }, (_, n) => Math.cos(n * n));
    const copy = frame.slice();
    const [first, second] = [new Float64Array(32), new Float64Array(32)];
    spectrum(frame, first);
    spectrum(new Float64Array(64).fill(5), new Float64Array(32));
    spectrum(frame, second);
    expect(frame).toEqual(copy);
    expect(second).toEqual(first);
  });
});
