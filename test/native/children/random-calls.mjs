// Calls everything that the native core offers, with whatever comes, from a seed: `random-calls.mjs ADDON SEED COUNT`.
// Prints what came of it as JSON; exits 1 where an error was no coded one. That it ends at all is the point.
import { createRequire } from 'node:module';

const [file, seed, count] = process.argv.slice(2);
const addon = createRequire(import.meta.url)(file);

const codes = new Set([
  ...['shape-mismatch', 'feature-settings', 'sound-invalid', 'training-diverged', 'cancelled', 'busy', 'usage'],
]);

/** Gates of each cell. */
const GATES = { rnn: 1, mgu: 2, gru: 3, 'gru-reset-after': 3, lstm: 4 };
/** Parameters that each pooling has of its own, for so many hidden units. */
const POOLINGS = { last: () => 0, mean: () => 0, none: () => 0, attention: (H) => H, 'multi-head': (H) => H * H + H };

// mulberry32
let state = Number(seed);
function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
const whole = (below) => Math.floor(uniform() * below);
const oneOf = (values) => values[whole(values.length)];
const chance = (share) => uniform() < share;

/** What a getter of ours throws; it must come out as it went in. */
const thrownByGetter = new Error('thrown by a getter');

const typedArrays = [Float32Array, Float64Array, Int32Array, Int16Array, Uint8Array, BigInt64Array, Uint8ClampedArray];

/** Numbers of the right length in most cases, on a buffer that may be shared, resizable or gone. */
function numbers(Type, length, value = () => uniform() * 2 - 1) {
  if (chance(0.02)) Type = oneOf(typedArrays);
  if (chance(0.02)) length = whole(300);
  const bytes = length * Type.BYTES_PER_ELEMENT;
  const offset = chance(0.1) ? 8 * whole(4) : 0;
  // Sounds are the one thing that shared memory is for.
  const kind = Type === Int16Array && chance(0.5) ? 0 : whole(80);
  const buffer =
    kind === 0
      ? new SharedArrayBuffer(bytes + offset)
      : new ArrayBuffer(bytes + offset, { maxByteLength: bytes + offset + 64 });
  const array = kind === 1 ? new Type(buffer, offset) : new Type(buffer, offset, length);
  const big = Type === BigInt64Array;
  for (let i = 0; i < array.length; i++) array[i] = big ? BigInt(whole(9)) : chance(0.0005) ? NaN : value();
  if (kind === 2) structuredClone(buffer, { transfer: [buffer] });
  if (kind === 3 && buffer.byteLength > 8) buffer.resize(buffer.byteLength >> 1);
  return array;
}

/** Takes an array's memory away while something else is at work. */
function disturb(array) {
  const buffer = array?.buffer;
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength === 0) return;
  if (chance(0.5)) structuredClone(buffer, { transfer: [buffer] });
  else if (buffer.resizable) buffer.resize(whole(buffer.maxByteLength + 1));
}

const anything = () =>
  oneOf([
    () => undefined,
    () => null,
    () => oneOf([0, -1, 1.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 53, -(2 ** 40)]),
    () => oneOf(['', 'avx2', 'cross-entropy', 'mean', '\ud800', 'x'.repeat(1000)]),
    () => chance(0.5),
    () => Symbol('s'),
    () => 12n,
    () => () => 1,
    () => [1, 2, 3],
    () => ({}),
    () => new DataView(new ArrayBuffer(8)),
    () => numbers(oneOf(typedArrays), whole(40)),
    () => new Proxy(anyObject() ?? {}, {}),
    () => anyObject(),
    () => Object.create(addon.NativeNetwork.prototype),
    () => oneOf([addon.NativeNetwork, addon.NativeStream, addon]),
  ])();

/** The object, now and then with one property replaced, missing, or behind a getter that throws or does damage. */
function perhapsSpoilt(object) {
  if (!chance(0.15)) return object;
  const key = oneOf(Object.keys(object));
  const others = Object.values(object);
  const value = object[key];
  oneOf([
    () => (object[key] = anything()),
    () => delete object[key],
    () =>
      Object.defineProperty(object, key, {
        get() {
          throw thrownByGetter;
        },
      }),
    () =>
      Object.defineProperty(object, key, {
        get() {
          disturb(oneOf(others));
          return value;
        },
      }),
    () => (object = new Proxy(object, {})),
  ])();
  return object;
}

const size = () => oneOf([1, 1, 2, 3, 7, 16, 17, 33]);
const precision = () => oneOf([undefined, 'float32', 'bfloat16', 'float16']);
const kernels = () => (chance(0.95) ? oneOf(addon.instructionSets) : anything());

/** Objects made so far, with what their arguments have to look like. */
const objects = { network: [], trainer: [], stream: [], examples: [], mfcc: [] };
const anyObject = () => oneOf(Object.values(objects).flat())?.handle;
function keep(kind, made) {
  const list = objects[kind];
  if (list.length < 12) list.push(made);
  else list[whole(12)] = made;
}

function shape() {
  const pooling = oneOf(Object.keys(POOLINGS));
  // Four heads share the units; now and then they cannot.
  const hiddenSize = pooling === 'multi-head' && chance(0.9) ? oneOf([4, 8, 20, 32]) : size();
  return {
    ...{ inputSize: size(), hiddenSize, layerCount: oneOf([1, 1, 2, 3]), classCount: size() },
    ...{ cell: oneOf(Object.keys(GATES)), pooling },
  };
}

function parameterCount({ inputSize, hiddenSize: H, layerCount, classCount: C, cell, pooling }) {
  let sum = C * H + C + POOLINGS[pooling](H);
  for (let l = 0; l < layerCount; l++)
    sum += GATES[cell] * (H * (H + (l ? H : inputSize)) + H) + (cell === 'gru-reset-after' ? H : 0);
  return sum;
}

function batch(of, sequences) {
  const frameCount = 1 + whole(12);
  return perhapsSpoilt({
    inputs: numbers(Float32Array, sequences * frameCount * of.inputSize),
    lengths: numbers(Int32Array, sequences, () => (chance(0.005) ? whole(99) - 9 : 1 + whole(frameCount))),
    frameCount,
  });
}

/** Of a batch of so many answers: sequences, or without pooling frames, some of which are not scored. */
function targets(of, answers) {
  if (chance(0.5))
    return perhapsSpoilt({ loss: 'mean-squared-error', values: numbers(Float32Array, answers * of.classCount) });
  const unscored = () => of.pooling === 'none' && chance(0.3);
  return perhapsSpoilt({
    loss: 'cross-entropy',
    classes: numbers(Int32Array, answers, () => (unscored() ? -1 : whole(of.classCount))),
    ...(chance(0.3) ? { teacher: teacher(answers * of.classCount) } : {}),
  });
}

const teacher = (posteriors) =>
  perhapsSpoilt({
    posteriors: numbers(Float32Array, posteriors, uniform),
    ...{ temperature: oneOf([2, 0.001, 0]), share: oneOf([0, 0.7, 1]) },
  });

const trainerSettings = () =>
  perhapsSpoilt({
    ...{ beta1: 0.9, beta2: 0.999, epsilon: oneOf([1e-8, 0]), clipNorm: oneOf([5, Infinity, 0]) },
    ...{ dropout: oneOf([0, 0.4]), seed: whole(9) - 4, truncateFrames: oneOf([Infinity, 3]) },
  });

const featureSettings = () => ({
  ...{ kind: 'mfcc', sampleRateHz: 16_000, frameLength: oneOf([64, 128, 512]), hopLength: oneOf([16, 33, 64]) },
  ...{ window: 'hanning', melBands: oneOf([5, 40]), coefficients: oneOf([1, 5]), scale: 32_768, windowFrames: size() },
});

function plans(number, { clips, recordings, settings }) {
  const one = () => {
    const maskStart = whole(settings.windowFrames);
    return [
      ...[whole(clips + 1) - 1, uniform() * 900 - 300, oneOf([1, 0.8, 1.3]), oneOf([0, 0.4])],
      ...[recordings ? whole(3) : oneOf([0, 2]), whole(Math.max(recordings, 1)), 0, whole(2 ** 32), 0.5, 0.1],
      ...[10, oneOf([0, 4000]), oneOf([0, -6]), oneOf([-1, 77]), maskStart, oneOf([0, 1]), whole(clips + 1) - 1],
      ...[whole(clips + 1) - 1, uniform() * 900 - 300, uniform() * 900 - 300, whole(2)],
    ];
  };
  const values = Array.from({ length: number }, one).flat();
  const strange = [-1, 1e300, -1e300, NaN, Infinity, 0.5, 2 ** 32, 99];
  let i = 0;
  return numbers(Float64Array, values.length, () => (chance(0.01) ? (i++, oneOf(strange)) : (values[i++] ?? 0)));
}

/** Calls that mostly fit, a share of whose arguments do not. Each returns what to call, and what to disturb meanwhile. */
const calls = {
  network() {
    const of = shape();
    const parameters = numbers(Float32Array, parameterCount(of));
    return [
      () =>
        keep('network', {
          handle: new addon.NativeNetwork(...args(perhapsSpoilt({ ...of }), kernels(), precision())),
          of,
        }),
      parameters,
    ];
  },
  setParameters: on('network', (h, { of }) => [
    () => h.setParameters(...args(numbers(Float32Array, parameterCount(of)))),
  ]),
  forward: on('network', (h, { of }) => [() => h.forward(...args(batch(of, 1 + whole(20))))]),
  forwardAsync: on('network', (h, { of }) => {
    const given = batch(of, 1 + whole(20));
    return [() => h.forwardAsync(...args(given))];
  }),
  cancel: on('network', (h) => [() => h.cancel()]),
  trainer: on('network', (h, { of }) => {
    const count = parameterCount(of);
    const optimiser = {
      step: whole(9),
      firstMoment: numbers(Float32Array, count),
      secondMoment: numbers(Float32Array, count, uniform),
    };
    const state = chance(0.5) ? undefined : perhapsSpoilt(optimiser);
    return [() => keep('trainer', { handle: new addon.NativeTrainer(...args(h, trainerSettings(), state)), of })];
  }),
  step: on('trainer', (h, { of }) => {
    const sequences = 1 + whole(20);
    const parameters = numbers(Float32Array, parameterCount(of));
    const given = batch(of, sequences);
    // What a spoilt batch hides is not looked for.
    const frames = Object.getOwnPropertyDescriptor(given, 'frameCount')?.value;
    const frameCount = Number.isInteger(frames) && frames > 0 && frames < 99 ? frames : 1;
    const answers = of.pooling === 'none' ? sequences * frameCount : sequences;
    const wanted = chance(0.3) ? [numbers(Float32Array, sequences * frameCount * of.inputSize)] : [];
    return [
      async () => {
        await h.step(...args(given, targets(of, answers), oneOf([0, 0.001, 1]), parameters, ...wanted));
        for (const name of [of.cell, of.pooling]) countIn(outcome.learned, name);
      },
      oneOf([parameters, ...wanted]),
    ];
  }),
  state: on('trainer', (h) => [() => h.state()]),
  stream: on('network', (h, { of }) => [
    () => keep('stream', { handle: new addon.NativeStream(...args(h, precision())), of }),
  ]),
  streamStep: on('stream', (h, { of }) => [
    () => h.step(...args(numbers(Float32Array, of.inputSize), numbers(Float32Array, of.classCount))),
  ]),
  streamReset: on('stream', (h) => [() => h.reset()]),
  examples() {
    const settings = featureSettings();
    const handle = () => new addon.NativeExamples(...args(perhapsSpoilt({ ...settings }), kernels()));
    return [() => keep('examples', { handle: handle(), settings, clips: 0, recordings: 0 })];
  },
  addClip: on('examples', (h, made) => [() => (h.addClip(...args(numbers(Int16Array, whole(900)))), made.clips++)]),
  addRecording: on('examples', (h, made) => [
    () => (h.addRecording(...args(numbers(Int16Array, 1 + whole(900)))), made.recordings++),
  ]),
  setNormaliser: on('examples', (h, { settings: { coefficients: K } }) => [
    () => h.setNormaliser(...(chance(0.3) ? [] : args(numbers(Float32Array, K), numbers(Float32Array, K)))),
  ]),
  make: on('examples', (h, made) => {
    const number = 1 + whole(9);
    const out = numbers(Float32Array, number * made.settings.windowFrames * made.settings.coefficients);
    return [() => h.make(...args(plans(number, made), out)), out];
  }),
  mfcc() {
    const settings = featureSettings();
    return [
      () =>
        keep('mfcc', { handle: new addon.NativeMfcc(...args(perhapsSpoilt({ ...settings }), kernels())), settings }),
    ];
  },
  extract: on('mfcc', (h, { settings: s }) => {
    const frames = 1 + whole(9);
    const samples = numbers(Float32Array, (frames - 1) * s.hopLength + s.frameLength + 5);
    const [mfcc, mel] = [
      numbers(Float32Array, frames * s.coefficients + 3),
      numbers(Float32Array, frames * s.melBands),
    ];
    return [() => h.extract(...args(samples, whole(6), frames, mfcc, whole(4), chance(0.5) ? mel : undefined, 0))];
  }),
  peakFma: () => [() => addon.peakFma(...args(kernels(), 1 + whole(4), 1 + whole(1000), precision()))],
  /** Any method of any class, on any `this`, with any arguments. */
  foreign() {
    const Class = oneOf(
      Object.values(addon).filter((value) => value?.prototype && Object.keys(value.prototype).length >= 0),
    );
    const names = Object.getOwnPropertyNames(Class.prototype);
    const method = Class.prototype[oneOf(names)];
    const given = Array.from({ length: whole(5) }, anything);
    return [() => Reflect.apply(method, chance(0.5) ? anyObject() : anything(), given)];
  },
  construct() {
    const Class = oneOf(Object.values(addon).filter((value) => value?.prototype));
    const given = Array.from({ length: whole(5) }, anything);
    return [() => Reflect.construct(Class, given, chance(0.8) ? Class : addon.NativeStream)];
  },
};

function on(kind, call) {
  return () => {
    const made = oneOf(objects[kind]);
    return made ? call(made.handle, made) : calls[kind]();
  };
}

/** The arguments, now and then with one replaced, one missing or one too many. */
function args(...given) {
  if (chance(0.04) && given.length) given[whole(given.length)] = anything();
  if (chance(0.02)) given.pop();
  if (chance(0.02)) given.push(anything());
  return given;
}

const outcome = { calls: 0, answered: {}, learned: {}, errors: {}, strange: [] };
const countIn = (table, key) => (table[key] = (table[key] ?? 0) + 1);

function judge(name, error) {
  if (error === thrownByGetter) countIn(outcome.errors, 'getter');
  else if (error instanceof Error && codes.has(error.code) && error.message.endsWith('.'))
    countIn(outcome.errors, error.code);
  // What Node's own interface says to methods on another object, and to classes called as functions.
  else if (error instanceof TypeError && (name === 'foreign' || name === 'construct'))
    countIn(outcome.errors, 'foreign');
  else outcome.strange.push(`${name}: ${error?.code} ${error?.stack ?? String(error)}`);
}

const pending = new Set();
const names = Object.keys(calls);
for (let i = 0; i < Number(count); i++) {
  const name = oneOf(names);
  outcome.calls++;
  try {
    const [call, meanwhile] = calls[name]();
    const answer = call();
    if (answer instanceof Promise) {
      const settled = answer
        .then(
          () => countIn(outcome.answered, name),
          (error) => judge(name, error),
        )
        .finally(() => pending.delete(settled));
      pending.add(settled);
      if (chance(0.1)) disturb(meanwhile);
    } else countIn(outcome.answered, name);
  } catch (error) {
    judge(name, error);
  }
  if (chance(0.25) || pending.size > 8) await Promise.all(pending);
}
await Promise.all(pending);
console.log(JSON.stringify(outcome));
process.exitCode = outcome.strange.length === 0 ? 0 : 1;
