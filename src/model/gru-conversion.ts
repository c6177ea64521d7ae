import { HeedError } from '../errors.ts';
import type { NetworkShape } from '../nn/network.ts';
import { type FloatArray, type ParameterSet, tensorValues } from '../nn/parameters.ts';

/**
 * Between Heed's GRU and ONNX's GRU operator, which differ in three ways:
 *
 *     Heed    h' = (1 − z) ⊙ h + z ⊙ n      [W·R] in one matrix over [h, x]      r, z, n by name
 *     ONNX    H' = (1 − z) ⊙ n + z ⊙ H      R over H and W over X apart          z, r, h stacked
 *
 * As σ(−a) = 1 − σ(a), the update gate is carried over by negating its weights and biases. A sign is one bit, so the
 * way there and back is exact. `linear_before_reset` is 0 where the reset gate acts before the product (Heed's own
 * form), and 1 where it acts after it (`resetAfter`: cuDNN, PyTorch, Keras).
 *
 * @see https://onnx.ai/onnx/operators/onnx__GRU.html
 */

/** The inputs W, R, B and the attributes of one unidirectional ONNX GRU node. D is the layer's input size, H its hidden size. */
export interface OnnxGru {
  /** `[1, 3H, D]`, gates stacked z, r, h */
  readonly weights: Float32Array;
  /** `[1, 3H, H]` */
  readonly recurrentWeights: Float32Array;
  /** `[1, 6H]`: the biases of W for z, r, h, then those of R */
  readonly biases: Float32Array;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly linearBeforeReset: boolean;
}

/** Heed's names for the gates, in the order in which ONNX stacks them, and whether the sign flips on the way. */
const GATES = [
  { name: 'update', sign: -1 },
  { name: 'reset', sign: 1 },
  { name: 'candidate', sign: 1 },
] as const;

function resetsAfter({ cell }: NetworkShape): boolean {
  return cell === 'gru-reset-after';
}

function layerInputSize(shape: NetworkShape, layer: number): number {
  return layer === 0 ? shape.inputSize : shape.hiddenSize;
}

/**
 * One layer of a Heed network as an ONNX GRU node. Parameters in float64 are rounded to float32.
 * @throws {HeedError} shape-mismatch where `parameters` are not of `shape`, or there is no such layer
 */
export function layerToOnnxGru(parameters: ParameterSet, shape: NetworkShape, layer: number): OnnxGru {
  const hiddenSize = shape.hiddenSize;
  const inputSize = layerInputSize(shape, layer);
  const weights = new Float32Array(3 * hiddenSize * inputSize);
  const recurrentWeights = new Float32Array(3 * hiddenSize * hiddenSize);
  const biases = new Float32Array(6 * hiddenSize);
  GATES.forEach(({ name, sign }, gate) => {
    const rows = tensorOf(parameters, `layers.${layer}.${name}.weights`, hiddenSize * (hiddenSize + inputSize));
    const bias = tensorOf(parameters, `layers.${layer}.${name}.bias`, hiddenSize);
    for (let unit = 0; unit < hiddenSize; unit++) {
      const row = unit * (hiddenSize + inputSize);
      const stacked = gate * hiddenSize + unit;
      for (let k = 0; k < hiddenSize; k++) recurrentWeights[stacked * hiddenSize + k] = sign * rows[row + k]!;
      for (let k = 0; k < inputSize; k++) weights[stacked * inputSize + k] = sign * rows[row + hiddenSize + k]!;
      biases[stacked] = sign * bias[unit]!;
    }
  });
  if (resetsAfter(shape))
    biases.set(tensorOf(parameters, `layers.${layer}.candidate.recurrentBias`, hiddenSize), 5 * hiddenSize);
  return { weights, recurrentWeights, biases, inputSize, hiddenSize, linearBeforeReset: resetsAfter(shape) };
}

/**
 * Writes an ONNX GRU node into one layer of a Heed network's parameters. Where the node has biases of both W and R, they
 * are added: it is the sum that acts, except for the candidate of a `resetAfter` layer, which keeps them apart.
 * @throws {HeedError} shape-mismatch where the sizes, or the side of the product on which the reset gate acts, disagree
 */
export function onnxGruToLayer(gru: OnnxGru, parameters: ParameterSet, shape: NetworkShape, layer: number): void {
  const hiddenSize = shape.hiddenSize;
  const inputSize = layerInputSize(shape, layer);
  const fits =
    gru.hiddenSize === hiddenSize &&
    gru.inputSize === inputSize &&
    gru.weights.length === 3 * hiddenSize * inputSize &&
    gru.recurrentWeights.length === 3 * hiddenSize * hiddenSize &&
    gru.biases.length === 6 * hiddenSize;
  if (!fits)
    throw new HeedError(
      'shape-mismatch',
      `The ONNX GRU for layer ${layer} has other sizes than the network it is for.`,
    );
  if (gru.linearBeforeReset !== resetsAfter(shape))
    throw new HeedError('shape-mismatch', `The ONNX GRU for layer ${layer} resets on the other side of the product.`);

  GATES.forEach(({ name, sign }, gate) => {
    const rows = tensorOf(parameters, `layers.${layer}.${name}.weights`, hiddenSize * (hiddenSize + inputSize));
    const bias = tensorOf(parameters, `layers.${layer}.${name}.bias`, hiddenSize);
    const biasesApart = name === 'candidate' && resetsAfter(shape);
    for (let unit = 0; unit < hiddenSize; unit++) {
      const row = unit * (hiddenSize + inputSize);
      const stacked = gate * hiddenSize + unit;
      for (let k = 0; k < hiddenSize; k++) rows[row + k] = sign * gru.recurrentWeights[stacked * hiddenSize + k]!;
      for (let k = 0; k < inputSize; k++) rows[row + hiddenSize + k] = sign * gru.weights[stacked * inputSize + k]!;
      const ofWeights = gru.biases[stacked]!;
      const ofRecurrent = gru.biases[3 * hiddenSize + stacked]!;
      // Adding +0 would turn a bias of −0 into +0, and the way back would not be exact.
      bias[unit] = sign * (biasesApart || ofRecurrent === 0 ? ofWeights : ofWeights + ofRecurrent);
    }
  });
  if (resetsAfter(shape))
    tensorOf(parameters, `layers.${layer}.candidate.recurrentBias`, hiddenSize).set(
      gru.biases.subarray(5 * hiddenSize),
    );
}

function tensorOf(parameters: ParameterSet, name: string, length: number): FloatArray {
  const values = tensorValues(parameters, name);
  if (values.length !== length)
    throw new HeedError('shape-mismatch', `The parameter ${name} has ${values.length} values, not ${length}.`);
  return values;
}
