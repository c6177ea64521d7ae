import type { OnnxLayer } from '../layer-conversion.ts';
import type { ClassifierShape } from '../../nn/network.ts';
import type { InputAxis, KnownTensor, Size } from './known-tensor.ts';
import type { Obstacle } from './obstacle.ts';

/** What an axis of an activation runs over: an axis of the input, a layer's units or classes, or one thing only. */
export type Axis = InputAxis | 'channels' | 'one';

/** (x − mean) / deviation along one axis of the input; one number each where it is the same everywhere. */
export interface InputScaling {
  readonly axis: Axis | undefined;
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** A dense layer on states: logits = weights · state + bias. */
export interface Head {
  /** `[classes, units]` */
  readonly weights: Float32Array;
  /** `[classes]` */
  readonly bias: Float32Array;
}

/** One layer of the chain behind an activation. */
export type ImportedLayer = OnnxLayer;

/**
 * A tensor that depends on what the network hears, described by all that was done to the input so far. So a graph of a
 * known kind ends in an activation that says what network it is.
 */
export interface Activation {
  readonly kind: 'activation';
  readonly axes: readonly Axis[];
  readonly scaling: InputScaling;
  /** The recurrent layers passed, first to last. */
  readonly layers: readonly ImportedLayer[];
  /** Which axes of the input the first layer took for which; undefined before it. */
  readonly roles: { readonly frames: Axis; readonly batch: Axis } | undefined;
  readonly pooling: ClassifierShape['pooling'] | undefined;
  readonly head: Head | undefined;
  readonly softmax: boolean;
}

/** Several activations joined along an axis of size one each, as PyTorch joins its layers' last states. */
export interface ActivationStack {
  readonly kind: 'stack';
  readonly axis: number;
  readonly items: readonly Activation[];
}

/** The output of a node that cannot be taken. It matters only where something that is needed depends on it. */
export interface Refused {
  readonly kind: 'refused';
  readonly why: Obstacle;
}

export type Value = KnownTensor | Activation | ActivationStack | Refused;

/** The input of a graph before anything was done to it. */
export function inputActivation(rank: number): Activation {
  return {
    kind: 'activation',
    axes: Array.from({ length: rank }, (_, axis): Axis => `axis ${axis}`),
    scaling: { axis: undefined, mean: Float64Array.of(0), deviation: Float64Array.of(1) },
    layers: [],
    roles: undefined,
    pooling: undefined,
    head: undefined,
    softmax: false,
  };
}

/** How long the axes of the graph's input are, as far as it says. */
export type InputSizes = readonly Size[];

/** The size of an activation's axis. */
export function axisSize(activation: Activation, axis: Axis, input: InputSizes): Size {
  if (axis === 'one') return 1;
  if (axis === 'channels') return channelsOf(activation);
  return input[Number(axis.slice('axis '.length))]!;
}

/** Units of the last layer, or classes after the head. */
export function channelsOf({ head, layers }: Activation): number {
  return head ? head.bias.length : layers.at(-1)!.hiddenSize;
}
