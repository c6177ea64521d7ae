import type { InferenceSession } from 'onnxruntime-node';
import type { Model } from '../../model/model.ts';
import { freshModel } from './random-work.ts';
import type { BenchShape } from './shapes.ts';

/** ONNX Runtime with a network loaded in every way that may be its best. */
export interface OnnxRuntimeVariants {
  readonly with: 'ONNX Runtime';
  readonly version: string;
  readonly variants: readonly {
    readonly name: string;
    readonly session: InferenceSession;
    readonly model: Model;
  }[];
  close(): Promise<void>;
}

/**
 * Loads a shape's network into ONNX Runtime four times: on one and on two threads, with the reset gate before the
 * product, which is Heed's own cell, and after it, which takes ONNX Runtime one product less in sequence. Loaded on first use:
 * it takes a tenth of a second and much memory. Not for worker threads, where ONNX Runtime can abort the process.
 *
 * @param graph makes the ONNX file of a model
 */
export async function loadOnnxRuntime(
  shape: BenchShape,
  graph: (model: Model) => Uint8Array,
): Promise<OnnxRuntimeVariants> {
  const { InferenceSession: Session, env } = await import('onnxruntime-node');
  const variants: OnnxRuntimeVariants['variants'][number][] = [];
  for (const cell of ['gru', 'gru-reset-after'] as const) {
    const model = freshModel(shape, cell);
    const bytes = graph(model);
    for (const intraOpNumThreads of [1, 2]) {
      const session = await Session.create(bytes, { intraOpNumThreads, logSeverityLevel: 3 });
      const name = `reset ${cell === 'gru' ? 'before' : 'after'}, ${intraOpNumThreads} thread${intraOpNumThreads > 1 ? 's' : ''}`;
      variants.push({ name, session, model });
    }
  }
  return {
    with: 'ONNX Runtime',
    version: env.versions.node ?? env.versions.common,
    variants,
    close: async () => {
      for (const { session } of variants) await session.release();
    },
  };
}
