import { create, toBinary } from '@bufbuild/protobuf';
import { windowLength } from '../../features/settings.ts';
import type { Model } from '../model.ts';
import { OPERATOR_SET } from '../onnx/clip-graph.ts';
import { GraphBuilder } from '../onnx/graph-builder.ts';
import { FORM_KEY, metadataEntries, WEIGHTS_KEY } from '../onnx/metadata.ts';
import { ModelProtoSchema, type ValueInfoProto, Version } from '../onnx/onnx_pb.ts';
import { floatValue } from '../onnx/tensors.ts';
import { PRODUCER, writeModel } from '../onnx/write.ts';
import { SEARCH_STEP_LENGTH } from '../recogniser.ts';
import { HeedError } from '../../errors.ts';
import { attentionOutputs } from '../onnx/attention-graph.ts';
import { exportedModel } from './exported-model.ts';
import { type ExportForm, type ExportSettings, stateSize, tailLength } from './forms.ts';
import { addFraming, addMfcc } from './mfcc-graph.ts';
import { addClipNetwork, addStreamNetwork, addWeights, STREAM_NAMES } from './network-graph.ts';
import { addWindowChoice } from './window-graph.ts';

/**
 * A model as an ONNX file for other programs, in the form asked for. All of its operators are of ONNX's own set 17, the
 * batch may have any size, and its inputs and outputs have these names, all float32:
 *
 *     clip          features [batch, frames, coefficients]                   → logits, probabilities [batch, labels]
 *     audio         samples [batch, samples]                                 → logits, probabilities
 *     stream        frame [batch, coefficients], state [batch, state]        → logits, probabilities, next_state
 *     stream-audio  samples [batch, hop], tail [batch, frame − hop], state   → logits, probabilities, next_tail, next_state
 *
 * A model that attends to its states tells, in the forms for whole clips, also the weights of the frames:
 *
 *     clip, audio   → attention [batch, frames, heads]
 *
 * Samples are at 16 kHz, full scale ±1; features and frames are raw MFCCs. The same model gives the same bytes.
 * @throws {HeedError} model-format, model-unsupported, shape-mismatch where there is something wrong with the model, or it
 *   has no such form
 */
export function writeExport(model: Model, { form, int8 }: ExportSettings): Uint8Array<ArrayBuffer> {
  if (model.shape.pooling === 'multi-head' && (form === 'stream' || form === 'stream-audio'))
    throw new HeedError(
      'model-unsupported',
      `This model cannot be exported as ${form}: its multi-head pooling lets the last state weigh every earlier one anew, so that no state of fixed size stands for them. Nothing was written; choose the form clip or audio.`,
    );
  const own = exportedModel(model, form);
  if (form === 'clip' && !int8) return writeModel(own);
  const metadata = [
    ...metadataEntries(own, int8 ? 1 : 2),
    [FORM_KEY, form] as const,
    [WEIGHTS_KEY, int8 ? 'int8' : 'float32'] as const,
  ];
  const graph = new GraphBuilder();
  addWeights(graph, own, int8);
  FORMS[form].build(graph, own);
  const { inputs, outputs } = FORMS[form].ends(own);
  const { labels } = own;
  const proto = create(ModelProtoSchema, {
    irVersion: BigInt(Version.IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPERATOR_SET) }],
    producerName: PRODUCER,
    producerVersion: own.provenance.heedVersion,
    modelVersion: 1n,
    docString: `A recogniser of ${labels.length} spoken commands, made by Heed. ${FORMS[form].about(own)} The metadata's heed.labels has the meaning of the outputs.`,
    graph: {
      name: form.replace('-', '_'),
      node: graph.nodes,
      initializer: graph.initialisers,
      input: inputs,
      output: [
        floatValue('logits', ['batch', labels.length], 'one per label of heed.labels'),
        floatValue('probabilities', ['batch', labels.length], 'softmax of the logits'),
        ...outputs,
      ],
    },
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, proto) as Uint8Array<ArrayBuffer>;
}

/** What distinguishes one form from another. */
interface Form {
  build(graph: GraphBuilder, model: Model): void;
  /** The inputs, and the outputs beside logits and probabilities. */
  ends(model: Model): { inputs: ValueInfoProto[]; outputs: ValueInfoProto[] };
  /** What goes in, in a few sentences. */
  about(model: Model): string;
}

const FORMS: Readonly<Record<ExportForm, Form>> = {
  clip: {
    build: (graph, { shape }) => addClipNetwork(graph, shape),
    ends: ({ shape }) => ({
      inputs: [floatValue('features', ['batch', 'frames', shape.inputSize], 'MFCC frames, not normalised')],
      outputs: attentionOutputs(shape),
    }),
    about: (model) => `Input: frames of MFCCs, not normalised; ${recipe(model)}`,
  },
  audio: {
    build: (graph, { shape, features }) => {
      addWindowChoice(graph, 'samples', 'window', windowLength(features), SEARCH_STEP_LENGTH);
      addFraming(graph, features, 'window', 'frames');
      addMfcc(graph, features, 'frames', 2, 'features');
      addClipNetwork(graph, shape);
    },
    ends: ({ shape }) => ({
      inputs: [floatValue('samples', ['batch', 'samples'], 'sound at 16 kHz, full scale ±1, of any length')],
      outputs: attentionOutputs(shape),
    }),
    about: ({ features }) =>
      `Input: sound at ${features.sampleRateHz} Hz, full scale ±1, of any length; ${windowLength(features)} samples are heard at once: ` +
      'a shorter sound is followed by silence, and of a longer one the loudest part is taken.',
  },
  stream: {
    build: (graph, { shape }) => addStreamNetwork(graph, shape, 'frame'),
    ends: ({ shape }) => {
      const state = stateValues(shape);
      return {
        inputs: [floatValue('frame', ['batch', shape.inputSize], 'one frame of MFCCs, not normalised'), state.before],
        outputs: [state.after],
      };
    },
    about: (model) =>
      `Input: one frame of MFCCs, not normalised, and the state after the frames before it, all zeros before the first. ` +
      `The logits are those of all frames since; begin anew, with zeros, after ${model.features.windowFrames} of them. ${recipe(model)}`,
  },
  'stream-audio': {
    build: (graph, { shape, features }) => {
      const { hopLength, frameLength } = features;
      graph.add('Concat', [STREAM_NAMES.tail, 'samples'], 'window', { axis: 1 });
      graph.add(
        'Slice',
        [
          'window',
          graph.integers('tail.from', [hopLength]),
          graph.integers('tail.to', [frameLength]),
          graph.integers('tail.axis', [1]),
        ],
        STREAM_NAMES.nextTail,
      );
      addMfcc(graph, features, 'window', 1, 'frame');
      addStreamNetwork(graph, shape, 'frame');
    },
    ends: ({ shape, features }) => {
      const state = stateValues(shape);
      const tail = tailLength(features);
      return {
        inputs: [
          floatValue('samples', ['batch', features.hopLength], 'the next hop of sound at 16 kHz, full scale ±1'),
          floatValue(STREAM_NAMES.tail, ['batch', tail], 'the samples before them'),
          state.before,
        ],
        outputs: [floatValue(STREAM_NAMES.nextTail, ['batch', tail], 'tail for the next hop'), state.after],
      };
    },
    about: ({ features }) =>
      `Input: ${features.hopLength} samples of sound at ${features.sampleRateHz} Hz, full scale ±1, the ${tailLength(features)} samples before them ` +
      `(the first of the sound, or zeros), and the state after the hops before, all zeros before the first. The logits are ` +
      `those of all hops since; begin anew, with a state of zeros, after ${features.windowFrames} of them.`,
  },
};

function stateValues(shape: Model['shape']): { before: ValueInfoProto; after: ValueInfoProto } {
  const dimensions = ['batch', stateSize(shape)];
  return {
    before: floatValue(STREAM_NAMES.state, dimensions, 'what was heard so far; zeros to begin with'),
    after: floatValue(STREAM_NAMES.nextState, dimensions, 'state for the next call'),
  };
}

function recipe({ features }: Model): string {
  return `The metadata's heed.features say how MFCCs are made: frames of ${features.frameLength} samples every ${features.hopLength}.`;
}
