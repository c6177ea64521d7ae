import type { ComputeBackend } from '../../src/nn/network.ts';

/** The same backend, which tells before each training step how many it makes with this one, from 1. */
export function stepCounting(backend: ComputeBackend, onStep: (step: number) => void): ComputeBackend {
  let count = 0;
  return {
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
}
