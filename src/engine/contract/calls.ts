import { z } from 'zod';
import { benchReport } from './bench.ts';
import { formsReport } from './forms.ts';
import { local, windowed } from './call.ts';
import { handoffCalls } from './handoff-calls.ts';
import { labCalls } from './lab-calls.ts';
import { finetuneCalls } from './finetune-calls.ts';
import { reportCalls } from './report-calls.ts';
import { recordCalls } from './record-calls.ts';
import { compressCalls } from './compress-calls.ts';
import { compareCalls } from './compare-calls.ts';
import { searchCalls } from './search-calls.ts';
import { dataCalls } from './data-calls.ts';
import { modelsCalls } from './models-calls.ts';
import { recordingsCalls } from './recordings-calls.ts';
import {
  cellName,
  poolingName,
  detection,
  evaluation,
  exportForm,
  fileBytes,
  float32,
  label,
  leaveOut,
  listening,
  modelDescription,
  modelSummary,
  recognition,
  settings,
  sound,
  trainResult,
  trainingFolders,
} from './schemas.ts';
import { studioLabCalls } from './studio-lab-calls.ts';
import { streamCalls } from './stream-calls.ts';
import { teachCalls } from './teach-calls.ts';
import { understandCalls } from './understand-calls.ts';
import { modelImportCalls } from './model-import-calls.ts';
import { wordsCalls } from './words-calls.ts';

const path = z.string().min(1);
const nothing = z.object({});

/** Every call of the engine, by name. A server without a handler for each does not compile. */
export const calls = {
  ...wordsCalls,
  ...recordCalls,
  ...teachCalls,
  ...understandCalls,
  ...modelImportCalls,
  ...handoffCalls,
  ...labCalls,
  ...studioLabCalls,
  ...recordingsCalls,
  ...modelsCalls,
  ...dataCalls,
  // --- for the studio and everybody else
  describe: windowed(nothing, z.object({ version: z.string(), backend: z.enum(['typescript', 'native']) })),
  'models.list': windowed(nothing, z.object({ models: z.array(modelSummary), inUse: z.string() })),
  /**
   * A model as an ONNX file for other programs, to be saved; checked in ONNX Runtime before it is answered. With examples,
   * a zip of a folder that runs at once: the model, its labels, and code in Python and JavaScript.
   */
  'models.export': windowed(
    z.object({
      modelId: z.string(),
      form: exportForm,
      int8: z.boolean().default(false),
      examples: z.boolean().default(false),
    }),
    z.object({ fileName: z.string(), bytes: fileBytes, maxDifference: z.number() }),
  ),
  'settings.get': windowed(nothing, settings),
  'settings.set': windowed(settings.partial(), settings),
  recognizeSound: windowed(z.object({ sound, modelId: z.string().optional() }), recognition),
  /** Opens a live session; sound is pushed into it at the rate given here. */
  'listen.open': windowed(
    z.object({ sampleRateHz: z.number().min(8000).max(192_000), modelId: z.string().optional() }),
    listening,
  ),
  /** Pushes sound into a session; answers when it was worked through. Chunks may have any length. */
  'listen.push': windowed(z.object({ session: z.string(), samples: float32 }), z.object({ timeMs: z.number() })),
  'listen.close': windowed(z.object({ session: z.string() }), nothing),
  /** Sets the threshold of one label, for the open sessions and for the model's next ones. */
  'listen.threshold': windowed(z.object({ modelId: z.string(), label, threshold: z.number().min(0).max(1) }), nothing),
  /** Past detections of this run of the program, newest first. */
  'detections.list': windowed(nothing, z.object({ detections: z.array(detection) })),
  /** The sound behind a detection: its window, 16 kHz. */
  'detections.sound': windowed(z.object({ id: z.string() }), sound),

  // --- for callers on the same computer, in the same process
  inspect: local(z.object({ file: path }), modelDescription),
  recognize: local(z.object({ file: path, model: path.optional() }), recognition.extend({ file: path })),
  /** As listen.open, with a model file named by its path. */
  'listen.openFile': local(z.object({ sampleRateHz: z.number(), model: path.optional() }), listening),
  evaluate: local(
    z.object({
      folder: path,
      model: path.optional(),
      maxUnknown: z.number().int().min(0).optional(),
      seed: z.number().int().default(1),
      /** Only this part, by the folder's own lists (`validation_list.txt`, `testing_list.txt`). */
      split: z.enum(['training', 'validation', 'testing']).optional(),
      /** Where to write the list of clips whose labels the model disputes. */
      disputed: path.optional(),
    }),
    evaluation,
  ),
  train: local(
    z.object({
      ...trainingFolders,
      out: path,
      leaveOut,
      /** A model with the same labels, to go on from its weights; it decides on hidden units, layers and features. */
      from: path.optional(),
      /** Models of the same labels to learn from, beside the clips' labels (distillation). */
      teachers: z.array(path).min(1).optional(),
      /** The teachers' logits are divided by this: the higher, the more its second thoughts count. */
      temperature: z.number().min(0.1).max(100).optional(),
      /** Of the teachers in the loss; the clips' labels have the rest. */
      teacherShare: z.number().min(0).max(1).optional(),
      /** A relative of `from`, with whose weights the best ones are averaged in the end. */
      averageWith: path.optional(),
      /** Of the relative in the average; half when left out. */
      averageShare: z.number().min(0).max(1).optional(),
      /** The share of the layers' weights that end as zeros, in blocks of 16 units. */
      sparsity: z.number().min(0).max(0.99).optional(),
      /** Trains with the weights as an export to eight bits rounds them, so that it costs no accuracy. */
      weightBits: z.literal(8).optional(),
      /** Makes the layers' matrices products of two thinner ones, which together have this share of their numbers. */
      factorShare: z.number().min(0.01).max(1).optional(),
      /** What the head sees; the last state wants thousands of clips a word, and is then the better. */
      pooling: poolingName.optional(),
      /** The highest rate of the schedule. */
      learningRate: z.number().positive().max(1).optional(),
      /** Examples of unknown speech in an epoch, in those of an average word. */
      unknownWeight: z.number().positive().max(100).optional(),
      /** From the start of one frame to the start of the next; fewer frames cost less. */
      hopMs: z.union([z.literal(10), z.literal(20)]).optional(),
      labels: z.array(label).optional(),
      hidden: z.number().int().min(1).max(4096).default(128),
      layers: z.number().int().min(1).max(8).default(1),
      /** What the layers are made of; the GRU that resets before the product when left out. */
      cell: cellName.optional(),
      epochs: z.number().int().min(1).max(10_000).default(20),
      batch: z.number().int().min(1).max(4096).default(64),
      seed: z.number().int().default(1),
      /** Of the matrix products of training; 16 bits are quicker where the processor has instructions for them. */
      precision: z.enum(['float32', 'bfloat16', 'float16']).optional(),
      resume: z.boolean().default(false),
      /** What asks for it, for the model's provenance: a command line, a screen. */
      command: z.string().default('train'),
      /** Sources and licences of the recordings, for the model's provenance. */
      attribution: z.string().optional(),
    }),
    trainResult,
  ),
  /** Writes a model as an ONNX file for other programs; where ONNX Runtime computes something else, none is written. */
  export: local(
    z.object({
      model: path,
      form: exportForm,
      int8: z.boolean().default(false),
      out: path,
      /**
       * An empty or new folder to be filled with the model, its labels and examples that run at once; left out, one beside
       * the file and of its name.
       */
      folder: path.optional(),
      /** The file alone, without that folder. */
      fileOnly: z.boolean().default(false),
    }),
    z.object({
      file: path,
      folder: path.nullable(),
      bytes: z.number().int(),
      /** The largest difference of any logit from Heed's own, on synthesised sounds. */
      maxDifference: z.number(),
    }),
  ),
  ...finetuneCalls,
  ...reportCalls,
  ...searchCalls,
  ...compressCalls,
  ...compareCalls,
  /** Measures every form of a model's export in ONNX Runtime. The engine answers nothing else meanwhile. */
  forms: local(
    z.object({
      model: path,
      /** How long each form runs in all. */
      seconds: z.number().positive().max(3600).default(2),
      /** A folder of labelled folders, to say what eight bits cost in accuracy. */
      validation: path.optional(),
    }),
    formsReport,
  ),
  /** Measures Heed beside ONNX Runtime, and beside PyTorch where asked. The engine answers nothing else meanwhile. */
  bench: local(
    z.object({
      /** How long each contender runs in all. */
      seconds: z.number().positive().max(3600).default(5),
      shapes: z
        .array(z.enum(['A', 'B']))
        .min(1)
        .default(['A', 'B']),
      /** Also training of every recurrent cell. */
      cells: z.boolean().default(false),
      /** Also how cost grows with each size, and memory with the number of clips: takes minutes. */
      growth: z.boolean().default(false),
      /** A Python script that measures PyTorch at the same shapes. */
      torch: path.optional(),
    }),
    benchReport,
  ),
  ...streamCalls,
  /** Ends the training that runs, if one does; it keeps the best model so far. */
  'train.stop': local(nothing, nothing),
} as const;

export type CallName = keyof typeof calls;
/** What a caller passes (defaults may be left out). */
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
/** What a handler receives (defaults filled in). */
export type ParsedInput<N extends CallName> = z.output<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
