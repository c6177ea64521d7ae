import {
  LAYER_PARTS,
  multiplyFactors,
  stackedMatrices,
  writeStacked,
  type Factors,
  type LayerFactors,
} from '../../nn/low-rank.ts';
import { parameterSet, tensorValues } from '../../nn/parameters.ts';
import { layerToOnnx, onnxToLayer } from '../layer-conversion.ts';
import type { Model } from '../model.ts';
import type { ExportForm } from './forms.ts';
import { attentionTensorSizes } from '../onnx/attention-graph.ts';
import { isMatrix } from '../onnx/int8-graph.ts';
import { fromInt8, toInt8 } from '../onnx/int8-weights.ts';

/**
 * A model with what an export says of it. The statistics of what it saw in training go along in the form `clip`, which Heed
 * itself can go on with: taught without them, it forgets its old words. Other programs have no use for them.
 */
export function exportedModel(model: Model, form: ExportForm): Model {
  const { shape, parameters, labels, features, normaliser, decision, provenance, scores, states } = model;
  const own = { shape, parameters, labels, features, normaliser, decision, provenance, scores };
  return form === 'clip' && states ? { ...own, states } : own;
}

/** The same model with its weights as eight bits leave them: what an int8 export computes with. Biases stay as they are. */
export function roundedToInt8(model: Model): Model {
  const { shape } = model;
  const { hiddenSize, layerCount } = shape;
  const parameters = parameterSet(shape);
  const rounded = (matrix: ArrayLike<number>, columns: number): Float32Array => fromInt8(toInt8(matrix, columns));
  for (let layer = 0; layer < layerCount; layer++) {
    const gru = layerToOnnx(model.parameters, shape, layer);
    const weights = rounded(gru.weights, gru.inputSize);
    const recurrentWeights = rounded(gru.recurrentWeights, hiddenSize);
    onnxToLayer({ ...gru, weights, recurrentWeights }, parameters, shape, layer);
  }
  for (const [name, dimensions] of attentionTensorSizes(shape)) {
    const values = tensorValues(model.parameters, name);
    tensorValues(parameters, name).set(isMatrix(name) ? rounded(values, dimensions.at(-1)!) : values);
  }
  tensorValues(parameters, 'head.weights').set(rounded(tensorValues(model.parameters, 'head.weights'), hiddenSize));
  tensorValues(parameters, 'head.bias').set(tensorValues(model.parameters, 'head.bias'));
  const factors = model.parameters.factors?.map(roundedFactors);
  if (!factors) return { ...model, parameters };
  for (const matrix of stackedMatrices(shape)) {
    const kept = factors[matrix.layer]![matrix.part];
    if (kept) writeStacked(parameters.values, matrix, multiplyFactors(kept));
  }
  return { ...model, parameters: { ...parameters, factors } };
}

function roundedFactors(layer: LayerFactors): LayerFactors {
  const rounded = ({ rank, left, right }: Factors): Factors => ({
    rank,
    left: fromInt8(toInt8(left, rank)),
    right: fromInt8(toInt8(right, right.length / rank)),
  });
  return Object.fromEntries(LAYER_PARTS.flatMap((part) => (layer[part] ? [[part, rounded(layer[part])]] : [])));
}
