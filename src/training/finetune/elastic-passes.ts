import type { CancelSignal } from '../../cancel.ts';
import { DEFAULT_TRAINER_SETTINGS, type Network, type Trainer } from '../../nn/network.ts';
import type { FeatureExamples } from './take-features.ts';
import { createRandom } from '../../random.ts';

const BATCH_SIZE = 32;
const CLIP_NORM = 5;

export interface ElasticSettings {
  /** The highest rate. */
  readonly learningRate: number;
  readonly elasticity: number;
  /** Updates of all passes together. */
  readonly stepCount: number;
  readonly seed: number;
  /** `[C]`: rows of the head that may change; the others stay to the bit. */
  readonly trainableRows: readonly boolean[];
}

export interface PassResult {
  readonly loss: number;
  readonly accuracy: number;
}

/**
 * Backpropagation through all layers on the user's takes, on a spring: after every update the weights go a share of
 * the way back to where they began, so that the layers stay near what the old words need.
 */
export class ElasticPasses {
  readonly #network: Network;
  readonly #trainer: Trainer;
  readonly #settings: ElasticSettings;
  /** The weights to return to. */
  readonly #home: Float32Array;
  #stepsDone = 0;

  constructor(network: Network, settings: ElasticSettings) {
    this.#network = network;
    this.#settings = settings;
    this.#home = Float32Array.from(network.parameters.values);
    this.#trainer = network.createTrainer({
      ...DEFAULT_TRAINER_SETTINGS,
      clipNorm: CLIP_NORM,
      seed: settings.seed,
    });
  }

  /** One pass over examples in a random order; fewer steps where the signal comes. */
  async run({ features, classes }: FeatureExamples, frameCount: number, signal: CancelSignal): Promise<PassResult> {
    const windowValues = frameCount * this.#network.shape.inputSize;
    const order = Array.from(classes, (_, i) => i);
    createRandom(this.#settings.seed, `order after ${this.#stepsDone} steps`).shuffle(order);
    let lossSum = 0;
    let correct = 0;
    let seen = 0;
    for (let start = 0; start < order.length && !signal.aborted; start += BATCH_SIZE) {
      const chosen = order.slice(start, start + BATCH_SIZE);
      const inputs = new Float32Array(chosen.length * windowValues);
      chosen.forEach((example, i) =>
        inputs.set(features.subarray(example * windowValues, (example + 1) * windowValues), i * windowValues),
      );
      const batch = { inputs, lengths: new Int32Array(chosen.length).fill(frameCount), frameCount };
      const targets = Int32Array.from(chosen, (example) => classes[example]!);
      const result = await this.#trainer.step(batch, { loss: 'cross-entropy', classes: targets }, this.#rate());
      this.#pullBack();
      this.#stepsDone++;
      lossSum += result.loss * chosen.length;
      correct += result.correct;
      seen += chosen.length;
    }
    return { loss: lossSum / Math.max(1, seen), accuracy: correct / Math.max(1, seen) };
  }

  #rate(): number {
    const { learningRate, stepCount } = this.#settings;
    return (learningRate / 2) * (1 + Math.cos((Math.PI * this.#stepsDone) / stepCount));
  }

  #pullBack(): void {
    const { parameters, shape } = this.#network;
    const { elasticity, trainableRows } = this.#settings;
    const { values } = parameters;
    const home = this.#home;
    for (let i = 0; i < values.length; i++) values[i]! += elasticity * (home[i]! - values[i]!);
    const { offset: weights } = parameters.tensors.find(({ name }) => name === 'head.weights')!;
    const { offset: bias } = parameters.tensors.find(({ name }) => name === 'head.bias')!;
    const size = shape.hiddenSize;
    trainableRows.forEach((trainable, c) => {
      if (trainable) return;
      const row = weights + c * size;
      values.set(home.subarray(row, row + size), row);
      values[bias + c] = home[bias + c]!;
    });
    this.#network.parametersChanged();
  }
}
