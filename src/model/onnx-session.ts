import type { InferenceSession } from 'onnxruntime-node';

/**
 * Runs `work` with a file loaded into ONNX Runtime, on one thread; it is itself loaded on first use, which takes a tenth of a
 * second. Not for worker threads, where ONNX Runtime can abort the process.
 * @throws what ONNX Runtime throws
 */
export async function withOnnxSession<T>(
  bytes: Uint8Array,
  work: (session: InferenceSession) => Promise<T>,
): Promise<T> {
  const { InferenceSession: Session } = await import('onnxruntime-node');
  const session = await Session.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    return await work(session);
  } finally {
    await session.release();
  }
}
