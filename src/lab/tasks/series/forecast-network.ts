import type { CancelSignal } from '../../../cancel.ts';
import { initialiseParameters } from '../../../nn/initialise.ts';
import type { ComputeBackend, Network, NetworkShape } from '../../../nn/network.ts';
import { createRandom } from '../../../random.ts';
import { trainOnSequences } from '../../../training/sequence-training.ts';

/** Windows of a series: what is seen, and what is to be said at each window's end. */
export interface Windows {
  /** `[windows, frameCount, inputSize]` */
  readonly inputs: Float32Array;
  /** `[windows, outputSize]` */
  readonly values: Float32Array;
  readonly count: number;
  readonly frameCount: number;
  readonly inputSize: number;
  readonly outputSize: number;
}

export interface ForecastTuning {
  readonly hiddenSize: number;
  readonly stepCount: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly dropout: number;
  /** Networks that are trained from different beginnings, and whose answers are averaged. */
  readonly networks: number;
}

/** From a sequence to values: GRUs over windows of a series, whose forecasts are averaged. */
export class ForecastNetwork {
  readonly #networks: readonly Network[];

  private constructor(networks: readonly Network[]) {
    this.#networks = networks;
  }

  /** @throws {HeedError} training-diverged; cancelled */
  static async train(
    windows: Windows,
    tuning: ForecastTuning,
    seed: number,
    backend: ComputeBackend,
    onStep: (done: number, total: number) => void,
    signal?: CancelSignal,
  ): Promise<ForecastNetwork> {
    const { hiddenSize, stepCount, batchSize, learningRate, dropout } = tuning;
    const { inputSize, outputSize, frameCount } = windows;
    const shape: NetworkShape = {
      ...{ inputSize, hiddenSize, layerCount: 1, classCount: outputSize },
      ...{ cell: 'gru', pooling: 'last' },
    };
    const networks: Network[] = [];
    for (let which = 0; which < tuning.networks; which++) {
      const own = seed + 7919 * which;
      const network = backend.createNetwork(shape, initialiseParameters(shape, own));
      await trainOnSequences({
        ...{ network, stepCount, learningRate, settings: { dropout, seed: own, clipNorm: 1 } },
        batchAt: (step) => {
          const random = createRandom(own, `forecast step ${step}`);
          const chosen = Array.from({ length: batchSize }, () => random.integer(windows.count));
          const inputs = new Float32Array(batchSize * frameCount * inputSize);
          const values = new Float32Array(batchSize * outputSize);
          chosen.forEach((window, b) => {
            const size = frameCount * inputSize;
            inputs.set(windows.inputs.subarray(window * size, (window + 1) * size), b * size);
            values.set(windows.values.subarray(window * outputSize, (window + 1) * outputSize), b * outputSize);
          });
          const lengths = new Int32Array(batchSize).fill(frameCount);
          return { batch: { inputs, lengths, frameCount }, targets: { loss: 'mean-squared-error', values } };
        },
        onStep: (step) => onStep(which * stepCount + step + 1, tuning.networks * stepCount),
        ...(signal ? { signal } : {}),
      });
      networks.push(network);
    }
    return new ForecastNetwork(networks);
  }

  /** `[windows, outputSize]`: what it says at the end of each window. */
  async forecast(windows: Windows): Promise<Float64Array> {
    const { inputs, frameCount, count } = windows;
    const lengths = new Int32Array(count).fill(frameCount);
    const sum = new Float64Array(count * windows.outputSize);
    for (const network of this.#networks) {
      const answers = await network.forwardAsync({ inputs, lengths, frameCount });
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + answers[i]! / this.#networks.length;
    }
    return sum;
  }
}
