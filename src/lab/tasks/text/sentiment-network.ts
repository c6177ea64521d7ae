import type { CancelSignal } from '../../../cancel.ts';
import { initialiseEmbedding, embed, type Embedding } from '../../../nn/embedding.ts';
import { initialiseParameters } from '../../../nn/initialise.ts';
import type { ComputeBackend, Network, NetworkShape } from '../../../nn/network.ts';
import { softmaxRows } from '../../../nn/softmax.ts';
import { traceSequence } from '../../../nn/trace.ts';
import { createRandom, type Random } from '../../../random.ts';
import { embedded, trainOnSequences, type TaskBatch } from '../../../training/sequence-training.ts';
import type { LabelledText } from './labelled-texts.ts';
import { UNKNOWN_TOKEN, Vocabulary, wordsOf } from './vocabulary.ts';

/** How the network and its training are made; measured on the training folds, never on what is held out. */
const TUNING = {
  embeddingSize: 32,
  hiddenSize: 32,
  /** Words that occur once teach nothing but the vector of unknown words. */
  leastCount: 2,
  epochs: 12,
  /** Of few sentences there are more epochs. */
  leastSteps: 300,
  batchSize: 32,
  learningRate: 0.004,
  dropout: 0.5,
  /** The share of words that are taken for unknown ones in training, so that no verdict hangs on one word. */
  wordDropout: 0.25,
} as const;

/** How the verdict moves as the words come. */
export interface ScoredWord {
  readonly word: string;
  /** Whether the network learned this word; it sees the others as one. */
  readonly known: boolean;
  /** The probability that the text up to this word is favourable. */
  readonly score: number;
  /** How open the update gates are at this word, on average over the units: how much of the state is taken anew. */
  readonly updateGate: number;
}

/** A GRU over words, with its embedding, that tells favourable texts from others. */
export class SentimentNetwork {
  readonly #vocabulary: Vocabulary;
  readonly #embedding: Embedding;
  readonly #network: Network;

  private constructor(vocabulary: Vocabulary, embedding: Embedding, network: Network) {
    this.#vocabulary = vocabulary;
    this.#embedding = embedding;
    this.#network = network;
  }

  /** @throws {HeedError} training-diverged; cancelled */
  static async train(
    texts: readonly LabelledText[],
    seed: number,
    backend: ComputeBackend,
    onStep: (step: number, stepCount: number) => void,
    signal?: CancelSignal,
  ): Promise<SentimentNetwork> {
    const { embeddingSize, hiddenSize, leastCount, epochs, leastSteps, batchSize, learningRate, dropout, wordDropout } =
      TUNING;
    const vocabulary = new Vocabulary(
      texts.map(({ text }) => text),
      leastCount,
    );
    const shape: NetworkShape = {
      ...{ inputSize: embeddingSize, hiddenSize, layerCount: 1, classCount: 2 },
      ...{ cell: 'gru', pooling: 'mean' },
    };
    const embedding = initialiseEmbedding(vocabulary.size, embeddingSize, seed);
    const network = backend.createNetwork(shape, initialiseParameters(shape, seed));
    const examples = texts.map(({ text, label }) => ({ tokens: vocabulary.tokens(text), label }));
    const stepsPerEpoch = Math.ceil(examples.length / batchSize);
    const stepCount = Math.max(leastSteps, epochs * stepsPerEpoch);
    let order: typeof examples = [];
    await trainOnSequences({
      ...{ network, embedding, stepCount, learningRate },
      settings: { dropout, seed },
      batchAt: (step) => {
        const random = createRandom(seed, `sentiment step ${step}`);
        if (step % stepsPerEpoch === 0) {
          order = [...examples];
          random.shuffle(order);
        }
        const start = (step % stepsPerEpoch) * batchSize;
        return batchOf(order.slice(start, start + batchSize), wordDropout, random);
      },
      onStep: (step) => onStep(step + 1, stepCount),
      ...(signal ? { signal } : {}),
    });
    return new SentimentNetwork(vocabulary, embedding, network);
  }

  /** The probability that each text is favourable. */
  async score(texts: readonly string[]): Promise<number[]> {
    const made = batchOf(
      texts.map((text) => ({ tokens: this.#vocabulary.tokens(text), label: 0 })),
      0,
      createRandom(0),
    );
    const logits = await this.#network.forwardAsync(embedded(made, this.#embedding));
    const shares = softmaxRows(logits, 2);
    return texts.map((_, index) => shares[2 * index + 1]!);
  }

  /** The verdict after each word of a text, and the update gate at it. */
  scoreWords(text: string): ScoredWord[] {
    const words = wordsOf(text);
    if (words.length === 0) return [];
    const inputs = new Float32Array(words.length * this.#embedding.size);
    embed(this.#embedding, this.#vocabulary.tokens(text), inputs);
    const [trace] = traceSequence(this.#network.shape, this.#network.parameters, inputs);
    const update = trace!.gates.get('update')!;
    const stream = this.#network.createStream();
    const { size } = this.#embedding;
    const { hiddenSize } = this.#network.shape;
    return words.map((word, at) => {
      const logits = stream.step(inputs.slice(at * size, (at + 1) * size));
      const gates = update.subarray(at * hiddenSize, (at + 1) * hiddenSize);
      return {
        word,
        known: this.#vocabulary.has(word),
        score: softmaxRows(logits, 2)[1]!,
        updateGate: gates.reduce((sum, z) => sum + z, 0) / hiddenSize,
      };
    });
  }
}

function batchOf(
  examples: readonly { readonly tokens: Int32Array; readonly label: number }[],
  wordDropout: number,
  random: Random,
): TaskBatch & { readonly tokens: Int32Array; readonly lengths: Int32Array; readonly frameCount: number } {
  const lengths = Int32Array.from(examples, ({ tokens }) => tokens.length);
  const frameCount = lengths.reduce((longest, length) => Math.max(longest, length), 1);
  const tokens = new Int32Array(examples.length * frameCount).fill(-1);
  examples.forEach((example, b) => {
    const kept = example.tokens.map((token) => (random.next() < wordDropout ? UNKNOWN_TOKEN : token));
    tokens.set(kept, b * frameCount);
  });
  const classes = Int32Array.from(examples, ({ label }) => label);
  return { tokens, lengths, frameCount, targets: { loss: 'cross-entropy', classes } };
}
