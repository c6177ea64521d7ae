import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { writeModel } from '../../../src/model/onnx/write.ts';
import { randomModel } from '../random-model.ts';

// Debian's python3-onnx; another Python earlier in the path need not have it.
const PYTHON = '/usr/bin/python3';
const available = spawnSync(PYTHON, ['-c', 'import onnx']).status === 0;
if (!available) console.log('skipped: ONNX’s own checker, as python3-onnx is not installed');

const CHECK = `
import json, sys, onnx
model = onnx.load_model_from_string(sys.stdin.buffer.read())
onnx.checker.check_model(model, full_check=True)
inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
sizes = lambda value: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
print(json.dumps({value.name: sizes(value) for value in [*inferred.graph.value_info, *inferred.graph.output]}))
`;

describe.skipIf(!available)('ONNX’s own checker', () => {
  it.each([
    { layerCount: 1, cell: 'gru', pooling: 'last' },
    { layerCount: 3, cell: 'gru-reset-after', pooling: 'mean' },
    { layerCount: 2, cell: 'rnn', pooling: 'mean' },
    { layerCount: 2, cell: 'lstm', pooling: 'last' },
    { layerCount: 2, cell: 'mgu', pooling: 'mean' },
  ] as const)('accepts a model and infers its shapes: $layerCount layers, $pooling pooling', (shape) => {
    const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', CHECK], { input: writeModel(randomModel(shape)) });
    expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
    const shapes = JSON.parse(stdout.toString()) as Record<string, unknown>;
    expect(shapes).toMatchObject({
      normalised: ['batch', 'frames', 5],
      'states.0': ['frames', 'batch', 5],
      pooled: ['batch', 6],
      logits: ['batch', 5],
      probabilities: ['batch', 5],
    });
  });
});
