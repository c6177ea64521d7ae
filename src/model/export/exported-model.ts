import { parameterSet, tensorValues } from '../../nn/parameters.ts';
import { layerToOnnxGru, onnxGruToLayer } from '../gru-conversion.ts';
import type { Model } from '../model.ts';
import { fromInt8, toInt8 } from '../onnx/int8-weights.ts';

/** A model with what an export says of it, and nothing else that a model of the user's may carry. */
export function exportedModel(model: Model): Model {
  const { shape, parameters, labels, features, normaliser, decision, provenance, scores } = model;
  return { shape, parameters, labels, features, normaliser, decision, provenance, scores };
}

/** The same model with its weights as eight bits leave them: what an int8 export computes with. Biases stay as they are. */
export function roundedToInt8(model: Model): Model {
  const { shape } = model;
  const { hiddenSize, layerCount } = shape;
  const parameters = parameterSet(shape);
  const rounded = (matrix: ArrayLike<number>, columns: number): Float32Array => fromInt8(toInt8(matrix, columns));
  for (let layer = 0; layer < layerCount; layer++) {
    const gru = layerToOnnxGru(model.parameters, shape, layer);
    const weights = rounded(gru.weights, gru.inputSize);
    const recurrentWeights = rounded(gru.recurrentWeights, hiddenSize);
    onnxGruToLayer({ ...gru, weights, recurrentWeights }, parameters, shape, layer);
  }
  tensorValues(parameters, 'head.weights').set(rounded(tensorValues(model.parameters, 'head.weights'), hiddenSize));
  tensorValues(parameters, 'head.bias').set(tensorValues(model.parameters, 'head.bias'));
  return { ...model, parameters };
}
