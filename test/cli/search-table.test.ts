import { expect, it } from 'vitest';
import { changesTable, meansTable } from '../../src/cli/commands/search.ts';

const usual = { hidden: 64, dropout: 0.1, tilt: 0.3 };
const means = [
  { values: { ...usual, tilt: 0 }, seeds: 3, mean: 0.912, deviation: 0.004 },
  { values: usual, seeds: 3, mean: 0.9, deviation: 0.002 },
  { values: { ...usual, dropout: 0 }, seeds: 1, mean: 0.895, deviation: null },
];

it('each change is named with what it brought', () => {
  const rows = changesTable(means).split('\n');
  expect(rows[1]).toMatch(/^tilt 0 instead of 0\.3 +91\.2 % +± 0\.4 +3 +\+1\.2$/);
  expect(rows[2]).toMatch(/^as usual +90\.0 % +± 0\.2 +3\s*$/);
  expect(rows[3]).toMatch(/^dropout 0 instead of 0\.1 +89\.5 % +1 +−0\.5$/);
});

it('means stand beside the values they are of', () => {
  expect(meansTable(means).split('\n')[0]).toMatch(/validation +seeds +hidden +dropout +tilt$/);
  expect(meansTable(means).split('\n')[1]).toMatch(/^91\.2 % +± 0\.4 +3 +64 +0\.1 +0$/);
});
