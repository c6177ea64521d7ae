import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { EXPORT_FORMS, MAX_DIFFERENCE } from '../../../src/model/export/forms.ts';
import { verifyExport } from '../../../src/model/export/verify-export.ts';
import { writeExport } from '../../../src/model/export/write-export.ts';
import type { Model } from '../../../src/model/model.ts';
import { ModelProtoSchema } from '../../../src/model/onnx/onnx_pb.ts';
import { CELL_NAMES } from '../../../src/nn/cells/cell.ts';
import { createReferenceBackend } from '../../../src/nn/reference-backend.ts';
import { randomModel } from '../random-model.ts';

const backend = createReferenceBackend();

function modelWith(shape: Partial<Model['shape']>, features: Partial<Model['features']> = {}): Model {
  const model = randomModel({ hiddenSize: 16, ...shape });
  return { ...model, features: { ...model.features, ...features } };
}

describe.each(EXPORT_FORMS)('the %s form', (form) => {
  it.each(
    [1, 2].flatMap((layerCount) =>
      CELL_NAMES.flatMap((cell) => (['last', 'mean'] as const).map((pooling) => ({ layerCount, cell, pooling }))),
    ),
  )('gives our logits: $layerCount layers of $cell, $pooling pooling', async (shape) => {
    const model = modelWith(shape);
    const settings = { form, int8: false };
    const verification = await verifyExport(writeExport(model, settings), model, settings, backend);
    expect(verification.maxDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[form]);
    expect(verification.maxDifference).toBe(verification.arithmeticDifference);
  });

  it.each([
    { pooling: 'attention', cell: 'lstm', int8: false },
    { pooling: 'attention', cell: 'gru', int8: true },
    { pooling: 'multi-head', cell: 'gru', int8: false },
    { pooling: 'multi-head', cell: 'mgu', int8: true },
  ] as const)(
    'gives our logits, or says that there is none: $pooling pooling of $cell, int8 $int8',
    async ({ pooling, cell, int8 }) => {
      const model = modelWith({ pooling, cell, layerCount: 2 });
      const settings = { form, int8 };
      if (pooling === 'multi-head' && form.startsWith('stream')) {
        expect(() => writeExport(model, settings)).toThrow(
          expect.objectContaining({ code: 'model-unsupported', message: expect.stringMatching(/clip or audio/) }),
        );
        return;
      }
      const { arithmeticDifference } = await verifyExport(writeExport(model, settings), model, settings, backend);
      expect(arithmeticDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[form]);
    },
  );

  it.each([
    { frameLength: 64, hopLength: 16, melBands: 40, coefficients: 5 }, // bands that hold no bin
    { frameLength: 256, hopLength: 256, windowFrames: 3 }, // no sample is heard twice
    { frameLength: 1024, hopLength: 320, windowFrames: 49, scale: 1000.1 },
    { windowFrames: 1 },
  ])('gives our logits with other feature settings: %j', async (features) => {
    const model = modelWith({ pooling: 'mean' }, features);
    const settings = { form, int8: false };
    const { maxDifference } = await verifyExport(writeExport(model, settings), model, settings, backend);
    expect(maxDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[form]);
  });

  it('in eight bits computes exactly what the rounded weights say, and tells what the rounding costs', async () => {
    const model = modelWith({ layerCount: 2, pooling: 'mean' });
    const settings = { form, int8: true };
    const verification = await verifyExport(writeExport(model, settings), model, settings, backend);
    expect(verification.arithmeticDifference).toBeLessThanOrEqual(MAX_DIFFERENCE[form]);
    expect(verification.maxDifference).toBeGreaterThan(MAX_DIFFERENCE[form]);
    expect(verification.maxDifference).toBeLessThan(0.2);
  });

  it.each([false, true])('is refused where a weight of the file is another (int8: %s)', async (int8) => {
    const model = modelWith({ pooling: 'mean' });
    const settings = { form, int8 };
    const proto = fromBinary(ModelProtoSchema, writeExport(model, settings));
    const bias = proto.graph!.initializer.find(({ name }) => name === 'head.bias')!;
    bias.rawData = Uint8Array.from(bias.rawData, (byte, i) => (i === 3 ? byte ^ 0x80 : byte));
    await expect(verifyExport(toBinary(ModelProtoSchema, proto), model, settings, backend)).rejects.toMatchObject({
      code: 'export-differs',
      message: expect.stringContaining('Nothing was changed') as string,
    });
  });
});
