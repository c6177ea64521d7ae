import { z } from 'zod';
import { local } from './call.ts';
import { cellName, label, trainingFolders } from './schemas.ts';

const path = z.string().min(1);

/** Training past one machine. */
export const handoffCalls = {
  /** Writes all that a training run under torchrun needs into a new folder; its ONNX comes back by `import`. */
  handoff: local(
    z.object({
      ...trainingFolders,
      out: path,
      labels: z.array(label).optional(),
      hidden: z.number().int().min(1).max(4096).default(128),
      layers: z.number().int().min(1).max(8).default(1),
      epochs: z.number().int().min(1).max(10_000).default(20),
      batch: z.number().int().min(1).max(65_536).default(64),
      seed: z.number().int().default(1),
      /** Differently varied epochs that are written; the run goes through them in turn. */
      copies: z.number().int().min(1).max(1000).default(4),
      /** What the layers are made of. Those that PyTorch has by itself (rnn, gru-reset-after, lstm) are faster with cuDNN. */
      cell: cellName.default('gru'),
    }),
    z.object({ folder: path, clips: z.number().int(), shards: z.number().int() }),
  ),
} as const;
