import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMS } from '../../../src/model/export/forms.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import { randomModel } from '../random-model.ts';

// Debian's python3-onnx; another Python earlier in the path need not have it.
const PYTHON = '/usr/bin/python3';
const available = spawnSync(PYTHON, ['-c', 'import onnx']).status === 0;
if (!available) console.log('skipped: ONNX’s own checker on exports, as python3-onnx is not installed');

const CHECK = `
import json, sys, onnx
model = onnx.load_model_from_string(sys.stdin.buffer.read())
onnx.checker.check_model(model, full_check=True)
inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
sizes = lambda value: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]
print(json.dumps({value.name: sizes(value) for value in [*inferred.graph.input, *inferred.graph.output]}))
`;

const SHAPES = {
  clip: { features: ['batch', 'frames', 5] },
  audio: { samples: ['batch', 'samples'] },
  // Two layers of six units, the sum of the upper one's states, and their number.
  stream: { frame: ['batch', 5], state: ['batch', 19], next_state: ['batch', 19] },
  'stream-audio': {
    samples: ['batch', 160],
    tail: ['batch', 352],
    state: ['batch', 19],
    next_tail: ['batch', 352],
    next_state: ['batch', 19],
  },
} as const;

describe.skipIf(!available)('ONNX’s own checker', () => {
  it.each(EXPORT_FORMS.flatMap((form) => [false, true].map((int8) => ({ form, int8 }))))(
    'accepts the $form form (int8: $int8), with the inputs and outputs that were promised',
    (settings) => {
      const input = writeExport(randomModel({ layerCount: 2, pooling: 'mean' }), settings);
      const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', CHECK], { input });
      expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
      const outputs = { logits: ['batch', 5], probabilities: ['batch', 5] };
      expect(JSON.parse(stdout.toString())).toEqual({ ...SHAPES[settings.form], ...outputs });
    },
  );
});
