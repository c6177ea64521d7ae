import type { ComputeBackend, Network, NetworkShape } from '../nn/network.ts';
import { parameterSet, tensorValues, type FloatArray } from '../nn/parameters.ts';

/**
 * A network that answers with what the head sees, the pooled states `[B, H]`: the same layers below a head that changes
 * nothing. (So every backend can tell the states, none needs a way of its own.)
 */
export function createStateNetwork(backend: ComputeBackend, shape: NetworkShape, values: FloatArray): Network {
  const { hiddenSize } = shape;
  const stateShape: NetworkShape = { ...shape, classCount: hiddenSize };
  const network = backend.createNetwork(stateShape, parameterSet(stateShape));
  setLayers(network, shape, values);
  const identity = tensorValues(network.parameters, 'head.weights');
  for (let unit = 0; unit < hiddenSize; unit++) identity[unit * hiddenSize + unit] = 1;
  network.parametersChanged();
  return network;
}

/** Gives a network the layers of another one, whose head may have other classes. */
export function setLayers(network: Network, shape: NetworkShape, values: FloatArray): void {
  const from = parameterSet(shape, 'float32', values);
  for (const { name } of from.tensors)
    if (!name.startsWith('head.')) tensorValues(network.parameters, name).set(tensorValues(from, name));
  network.parametersChanged();
}
