import type { ComputeBackend } from '../../src/nn/network.ts';
import type { Compute } from '../../src/training/compute.ts';

/** The same sums, which tell before each training step how many they make with this one, from 1. */
export function stepCounting(compute: Compute, onStep: (step: number) => void): Compute {
  const { backend } = compute;
  let count = 0;
  const counting: ComputeBackend = {
    name: backend.name,
    createNetwork: (shape, parameters) => {
      const network = backend.createNetwork(shape, parameters);
      const createTrainer = network.createTrainer.bind(network);
      network.createTrainer = (settings, state) => {
        const trainer = createTrainer(settings, state);
        const step = trainer.step.bind(trainer);
        trainer.step = (...input) => {
          onStep(++count);
          return step(...input);
        };
        return trainer;
      };
      return network;
    },
  };
  return { ...compute, backend: counting, backendIn: () => counting };
}
