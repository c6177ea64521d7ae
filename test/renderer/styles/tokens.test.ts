import { describe, expect, it } from 'vitest';
import tokens from '../../../renderer/styles/tokens.css?raw';
import { contrast } from '../luminance.ts';

const [plain, high] = tokens.split('prefers-contrast: more') as [string, string];

/** A role's pair of colours, light and dark, in one part of the tokens. */
function pairOf(css: string, role: string): readonly [string, string] {
  const found = new RegExp(`--${role}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\);`).exec(css);
  if (!found) throw new Error(`There is no colour ${role}.`);
  return [found[1]!, found[2]!];
}

const foregrounds = ['text', 'muted', 'accent', 'good', 'warn', 'bad'];
const cases = [
  ...foregrounds.flatMap((role) => [
    [role, 'surface'],
    [role, 'raised'],
  ]),
  ['on-accent', 'accent'],
  ['surface', 'text'],
] as [string, string][];

describe.each([
  ['light', plain, 0],
  ['dark', plain, 1],
  ['light high contrast', high, 0],
  ['dark high contrast', high, 1],
] as const)('colours, %s', (name, css, index) => {
  it.each(cases)('let %s be read on %s', (foreground, background) => {
    const least = name.endsWith('high contrast') ? 7 : 4.5;
    const ratio = contrast(pairOf(css, foreground)[index], pairOf(css, background)[index]);
    expect(ratio).toBeGreaterThanOrEqual(least);
  });
});
