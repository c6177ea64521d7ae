import { z } from 'zod';
import { gruCell } from '../../nn/cells/cell.ts';
import { attentionForm } from '../../nn/attention.ts';
import { CLASSIFIER_POOLINGS, type ClassifierShape } from '../../nn/network.ts';

const size = (most: number): z.ZodNumber => z.number().int().min(1).max(most);

const sizes = {
  inputSize: size(1024),
  hiddenSize: size(4096),
  layerCount: size(64),
  classCount: size(10_000),
  pooling: z.enum(CLASSIFIER_POOLINGS),
};

/**
 * A network's shape as a model file has it. The two forms of the GRU are told apart by `resetAfter`, as they were before there
 * were other cells, so that versions of Heed from then read them on; the other cells have `cell`.
 */
export const shapeMetadata = z
  .strictObject({
    ...sizes,
    resetAfter: z.boolean().optional(),
    cell: z.enum(['rnn', 'lstm', 'mgu']).optional(),
  })
  .transform(({ resetAfter, cell, ...rest }, context): ClassifierShape => {
    if ((resetAfter === undefined) === (cell === undefined)) {
      context.addIssue({ code: 'custom', message: 'either resetAfter or cell says which cell it is' });
      return z.NEVER;
    }
    try {
      attentionForm(rest);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
      return z.NEVER;
    }
    return { ...rest, cell: cell ?? gruCell(resetAfter!) };
  });

/** What `shapeMetadata` reads. */
export function encodeShape({ cell, pooling, ...rest }: ClassifierShape): z.input<typeof shapeMetadata> {
  if (cell === 'gru' || cell === 'gru-reset-after') return { ...rest, resetAfter: cell === 'gru-reset-after', pooling };
  return { ...rest, cell, pooling };
}
