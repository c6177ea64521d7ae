import { featureHash } from '../../features/settings.ts';
import { ranksOf } from '../../model/onnx/factored-graph.ts';
import type { ModelDescription } from '../contract/schemas.ts';
import type { LoadedModel } from './model-library.ts';

/** Everything that a model file says about itself. */
export function describeModel({ path, bytes, model }: LoadedModel): ModelDescription {
  const ranks = ranksOf(model.parameters);
  const { stepMs, smoothingMs, refractoryMs, thresholds, unfamiliarityWeight = 0 } = model.decision;
  return {
    file: path,
    bytes,
    labels: [...model.labels],
    features: { ...model.features },
    featureHash: featureHash(model.features),
    network: {
      ...model.shape,
      resetAfter: model.shape.cell === 'gru-reset-after',
      parameterCount: model.parameters.values.length,
      ...(ranks ? { ranks } : {}),
    },
    decision: {
      stepMs,
      smoothingMs,
      refractoryMs,
      unfamiliarityWeight,
      thresholds: Object.fromEntries(model.labels.map((label, index) => [label, thresholds[index]!])),
    },
    provenance: { ...model.provenance },
    scores: model.scores.map((score) => ({ ...score, perLabel: { ...score.perLabel } })),
  };
}
