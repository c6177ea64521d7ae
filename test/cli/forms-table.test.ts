import { expect, it } from 'vitest';
import { formsTable } from '../../src/cli/commands/forms.ts';

it('gives every form a row in Markdown, with eight bits as a share of float32', () => {
  const report = {
    onnxRuntime: '1.30.0',
    windowMs: 1002,
    hopMs: 10,
    forms: [
      { form: 'audio', int8: false, bytes: 1_453_285, maxDifference: 4.29e-6, callMicroseconds: 2345, timeShare: 1 },
      { form: 'audio', int8: true, bytes: 392_016, maxDifference: 0.1482, callMicroseconds: 2301, timeShare: 0.981 },
      { form: 'stream', int8: false, bytes: 1_442_002, maxDifference: 4.2e-6, callMicroseconds: 71.4, timeShare: 1 },
    ] as const,
    validation: { clipCount: 2946, float32Accuracy: 0.9362, int8Accuracy: 0.9358 },
  };
  expect(formsTable({ ...report, forms: [...report.forms] }).split('\n')).toEqual([
    '| form | size | a logit differs by | ONNX Runtime 1.30.0, one thread |',
    '|---|---|---|---|',
    '| `audio` | 1453 kB | 4.3e-6 | 2.35 ms for 1.00 s |',
    '| `audio --int8` | 392 kB (27.0 %) | 1.5e-1 | 2.30 ms for 1.00 s (98.1 %) |',
    '| `stream` | 1442 kB | 4.2e-6 | 71 µs for 10 ms |',
    '',
    'On 2946 clips: 93.62 % with float32 weights, 93.58 % with 8 bits.',
  ]);
});
