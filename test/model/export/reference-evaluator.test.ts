import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMS, MAX_DIFFERENCE } from '../../../src/model/export/forms.ts';
import type { ExportSession } from '../../../src/model/export/form-runs.ts';
import { compareWithHeed } from '../../../src/model/export/verify-export.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { randomModel } from '../random-model.ts';
import { pythonWith } from './python.ts';

const python = pythonWith(['onnx.reference', 'numpy'], 'ONNX’s reference evaluator');

/** Takes a model, then inputs, each on a line; answers each run's outputs on a line. */
const EVALUATE = `
import base64, json, sys, numpy, onnx
from onnx.reference import ReferenceEvaluator
model = onnx.load_model_from_string(base64.b64decode(sys.stdin.readline()))
onnx.checker.check_model(model, full_check=True)
evaluator = ReferenceEvaluator(model)
names = [output.name for output in model.graph.output]
for line in sys.stdin:
    feeds = {name: numpy.array(values, numpy.float32).reshape(dims) for name, (values, dims) in json.loads(line).items()}
    outputs = zip(names, evaluator.run(None, feeds))
    print(json.dumps({name: [value.ravel().tolist(), list(value.shape)] for name, value in outputs}), flush=True)
`;

type Values = Record<string, [values: number[], dims: number[]]>;

/** The evaluator behind ONNX Runtime's interface. */
function createEvaluator(bytes: Uint8Array): ExportSession & { close(): void } {
  const child = spawn(python!, ['-W', 'ignore', '-c', EVALUATE], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  child.stdin.write(`${Buffer.from(bytes).toString('base64')}\n`);
  return {
    async run(feeds) {
      const values = Object.entries(feeds).map(([name, { data, dims }]) => [name, [[...(data as Float32Array)], dims]]);
      child.stdin.write(`${JSON.stringify(Object.fromEntries(values))}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the evaluator ended');
      const outputs = Object.entries(JSON.parse(value) as Values);
      return Object.fromEntries(
        outputs.map(([name, [data, dims]]) => [name, new Tensor('float32', Float32Array.from(data), dims)]),
      );
    },
    close: () => child.kill(),
  };
}

describe.skipIf(!python)('ONNX’s reference evaluator', () => {
  it.each(EXPORT_FORMS.flatMap((form) => [false, true].map((int8) => ({ form, int8 }))))(
    'gives our logits for the $form form (int8: $int8)',
    async (settings) => {
      const model = randomModel({ layerCount: 2, pooling: 'mean' });
      const evaluator = createEvaluator(writeExport(model, settings));
      try {
        const verification = await compareWithHeed(evaluator, model, settings, createReferenceBackend());
        expect(verification.arithmeticDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[settings.form]);
      } finally {
        evaluator.close();
      }
    },
  );
});
