import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { CancelSignal } from '../../cancel.ts';
import { windowLength } from '../../features/settings.ts';
import { EXPORT_FORMS, type ExportForm, type ExportSettings, stateSize, tailLength } from '../../model/export/forms.ts';
import { STREAM_NAMES } from '../../model/export/network-graph.ts';
import { verifyExport } from '../../model/export/verify-export.ts';
import { writeExport } from '../../model/export/write-export.ts';
import type { Model } from '../../model/model.ts';
import type { ComputeBackend } from '../../nn/network.ts';
import { type ProgressListener, StageProgress } from '../../training/progress.ts';
import { figure, medianOfRounds } from './figures.ts';
import { randomNormals } from './random-work.ts';
import { interleavedPart, runRounds } from './rounds.ts';

/** One form of a model's export, as ONNX Runtime runs it. */
export interface FormFigures extends ExportSettings {
  readonly bytes: number;
  /** The largest difference of any logit from Heed's own. */
  readonly maxDifference: number;
  /** One call on one thread: a window of sound, or for a stream one frame. */
  readonly callMicroseconds: number;
  /** Of the time that the form takes with float32 weights: the median over the rounds of the quotient within each. */
  readonly timeShare: number;
}

/** Calls in one run, so that reading the clock costs nothing beside them. */
const CALLS_PER_RUN: Readonly<Record<ExportForm, number>> = { clip: 1, audio: 1, stream: 50, 'stream-audio': 50 };
const PAUSE_MS = 10;

/**
 * Exports a model in every form, in float32 and in eight bits, and measures them in ONNX Runtime, the two kinds of weights call
 * by call in turn, one sequence at a time on one thread. Not for worker threads, where ONNX Runtime can abort the process.
 * @throws {HeedError} export-differs where a form disagrees with Heed; cancelled
 */
export async function measureForms(
  model: Model,
  { seconds, rounds }: { readonly seconds: number; readonly rounds: number },
  backend: ComputeBackend,
  onProgress: ProgressListener,
  signal: CancelSignal,
): Promise<FormFigures[]> {
  const { InferenceSession: Session } = await import('onnxruntime-node');
  const subjects: (Omit<FormFigures, 'callMicroseconds' | 'timeShare'> & { key: string; session: InferenceSession })[] =
    [];
  try {
    for (const form of EXPORT_FORMS)
      for (const int8 of [false, true]) {
        const file = writeExport(model, { form, int8 });
        const { maxDifference } = await verifyExport(file, model, { form, int8 }, backend);
        const session = await Session.create(file, { intraOpNumThreads: 1, logSeverityLevel: 3 });
        subjects.push({ key: keyOf(form, int8), form, int8, bytes: file.length, maxDifference, session });
      }
    const parts = await Promise.all(
      EXPORT_FORMS.map(async (form) => {
        const feeds = await inputs(model, form);
        const itemsPerRun = CALLS_PER_RUN[form];
        const contenders = subjects
          .filter((subject) => subject.form === form)
          .map(({ key, session }) => {
            const run = async (): Promise<void> => {
              for (let call = 0; call < itemsPerRun; call++) await session.run(feeds);
            };
            return { key, itemsPerRun, run };
          });
        return interleavedPart(contenders);
      }),
    );
    const progress = new StageProgress('bench', 'Measuring', rounds * parts.length, onProgress);
    const settings = { rounds, sliceMs: (1000 * seconds) / rounds, pauseMs: PAUSE_MS };
    const samples = await runRounds(parts, settings, (done) => progress.report(done), signal);
    return subjects.map(({ key, session: _session, ...figures }) => ({
      ...figures,
      callMicroseconds: figure(samples, key, 'microseconds'),
      timeShare: medianOfRounds(samples, [keyOf(figures.form, false), key], (float32, own) => own / float32),
    }));
  } finally {
    for (const { session } of subjects) await session.release();
  }
}

function keyOf(form: ExportForm, int8: boolean): string {
  return `${form} ${int8 ? 'int8' : 'float32'}`;
}

/** What one call takes in: noise, as its cost does not depend on the sound. */
async function inputs({ shape, features }: Model, form: ExportForm): Promise<Record<string, Tensor>> {
  const { Tensor: OnnxTensor } = await import('onnxruntime-node');
  const noise = (...dimensions: number[]): Tensor => {
    const values = randomNormals(dimensions.reduce((product, size) => product * size, 1));
    return new OnnxTensor('float32', values, dimensions);
  };
  const state = { [STREAM_NAMES.state]: noise(1, stateSize(shape)) };
  switch (form) {
    case 'clip':
      return { features: noise(1, features.windowFrames, features.coefficients) };
    case 'audio':
      return { samples: noise(1, windowLength(features)) };
    case 'stream':
      return { frame: noise(1, features.coefficients), ...state };
    case 'stream-audio':
      return { samples: noise(1, features.hopLength), [STREAM_NAMES.tail]: noise(1, tailLength(features)), ...state };
  }
}
