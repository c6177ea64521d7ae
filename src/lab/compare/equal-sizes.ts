import type { CellName } from '../../nn/cells/cell.ts';
import type { NetworkShape } from '../../nn/network.ts';
import { parameterCount } from '../../nn/parameters.ts';

/** The shape of each cell's network whose number of parameters is nearest to that of a GRU of so many units. */
export function equalShapes(
  cells: readonly CellName[],
  base: Omit<NetworkShape, 'cell'>,
): { readonly shape: NetworkShape; readonly parameters: number }[] {
  const budget = parameterCount({ ...base, cell: 'gru' });
  return cells.map((cell) => {
    const shapeOf = (hiddenSize: number): NetworkShape => ({ ...base, cell, hiddenSize });
    // The count grows with the units: the first that is too large, or the one before it.
    let hiddenSize = 1;
    while (parameterCount(shapeOf(hiddenSize)) < budget) hiddenSize++;
    const [below, above] = [shapeOf(Math.max(1, hiddenSize - 1)), shapeOf(hiddenSize)];
    const distance = (shape: NetworkShape): number => Math.abs(parameterCount(shape) - budget);
    const shape = distance(below) <= distance(above) ? below : above;
    return { shape, parameters: parameterCount(shape) };
  });
}
