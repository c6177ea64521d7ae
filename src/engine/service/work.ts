import { basename } from 'node:path';
import { writeAtomically } from '../../atomic-write.ts';
import { HeedError } from '../../errors.ts';
import { reportSection } from '../contract/report-calls.ts';
import type { EngineCompute } from '../compute.ts';
import { bfloat16Speedup } from '../../native/bfloat16-speed.ts';
import type { CallOutput, ParsedInput } from '../contract/calls.ts';
import { HEED_VERSION } from '../../version.ts';
import { DEFAULT_FEATURE_SETTINGS, withHop } from '../../features/settings.ts';
import type { EventHub } from './event-hub.ts';
import type { ModelLibrary } from './model-library.ts';

/** An odd number, so that a median is a figure that was measured. */
const BENCH_ROUNDS = 5;
const BENCH_GROWTH = { factors: [2, 4], clipCounts: [1000, 10_000, 100_000] };

/** Work that takes minutes: training and measuring. Its code is loaded when it is first asked for. */
export class LongWork {
  readonly #compute: EngineCompute;
  readonly #models: ModelLibrary;
  readonly #events: EventHub;
  readonly #say: (message: string) => void;
  readonly #cacheFolder: string | undefined;
  #saidMissing = false;
  #training: { readonly controller: AbortController; readonly ended: Promise<unknown> } | undefined;
  readonly #closing = new AbortController();

  constructor(
    compute: EngineCompute,
    models: ModelLibrary,
    events: EventHub,
    say: (message: string) => void,
    cacheFolder: string | undefined,
  ) {
    this.#compute = compute;
    this.#say = say;
    this.#models = models;
    this.#events = events;
    this.#cacheFolder = cacheFolder;
  }

  /** @throws {HeedError} usage while another training runs, and whatever training says */
  train(input: ParsedInput<'train'>): Promise<CallOutput<'train'>> {
    return this.runTraining(undefined, (signal) => this.#train(input, signal));
  }

  /**
   * Runs a training, the only one of its time.
   * @param stop  a signal that ends it, beside `stopTraining` and the end of the engine
   * @throws {HeedError} usage while another training runs, and whatever the run says
   */
  async runTraining<Result>(
    stop: AbortSignal | undefined,
    run: (signal: AbortSignal, compute: EngineCompute) => Promise<Result>,
  ): Promise<Result> {
    if (this.#training)
      throw new HeedError('usage', 'A training is running already; wait for its end, or stop it first.');
    this.#sayOnceWhereSlow();
    const controller = new AbortController();
    const signal = stop ? AbortSignal.any([stop, controller.signal]) : controller.signal;
    const running = run(signal, this.#compute);
    this.#training = { controller, ended: running.catch(() => undefined) };
    try {
      return await running;
    } finally {
      this.#training = undefined;
    }
  }

  /** Asks the training that runs, if one does, to end soon with its best model so far. */
  stopTraining(): void {
    this.#training?.controller.abort();
  }

  /** @throws {HeedError} dataset, and whatever loading the model says */
  async evaluate({
    folder,
    model,
    maxUnknown,
    seed,
    split,
    disputed,
  }: ParsedInput<'evaluate'>): Promise<CallOutput<'evaluate'>> {
    this.#sayOnceWhereSlow();
    const { evaluateFolder } = await import('../../training/evaluate-folder.ts');
    const loaded = await this.#models.byPath(model);
    const evaluation = await evaluateFolder(
      { folder, model: loaded.model, maxUnknown, seed, split, cacheFolder: this.#cacheFolder },
      this.#compute,
      (progress) => this.#events.emit('progress', progress),
      this.#closing.signal,
    );
    if (disputed !== undefined) {
      const { disputedList } = await import('../../training/disputed-clips.ts');
      const command = `heed evaluate ${basename(folder)} --model ${model === undefined ? loaded.id : basename(model)} --disputed`;
      await writeAtomically(disputed, disputedList(evaluation.disputed, command));
    }
    return evaluation;
  }

  /** @throws {HeedError} usage while a training runs, and where PyTorch cannot be measured; cancelled */
  async bench({ seconds, shapes, cells, growth, torch }: ParsedInput<'bench'>): Promise<CallOutput<'bench'>> {
    if (this.#training)
      throw new HeedError('usage', 'A training is running, and would spoil the figures; wait for its end, or stop it.');
    this.#sayOnceWhereSlow();
    const { runBench } = await import('../../lab/bench/run-bench.ts');
    const { BENCH_SHAPES } = await import('../../lab/bench/shapes.ts');
    return runBench(
      {
        shapes: shapes.map((name) => BENCH_SHAPES[name]),
        seconds,
        rounds: BENCH_ROUNDS,
        torch,
        cells,
        growth: growth ? BENCH_GROWTH : undefined,
      },
      this.#compute,
      (progress) => this.#events.emit('progress', progress),
      this.#closing.signal,
    );
  }

  /** @throws {HeedError} file-missing, dataset; whatever loading the model says; cancelled */
  async report({ data, heldOut, model, only, short, seed }: ParsedInput<'report'>): Promise<CallOutput<'report'>> {
    this.#sayOnceWhereSlow();
    const { runReport } = await import('../../lab/report/run-report.ts');
    const loaded = await this.#models.byPath(model);
    const sections = only ?? reportSection.options;
    const figures = await runReport(
      { data, heldOut, model: loaded.model, sections, short, seed },
      this.#compute,
      (progress) => this.#events.emit('progress', progress),
      this.#closing.signal,
    );
    return { figures };
  }

  /** @throws {HeedError} usage while a training runs; export-differs; dataset; cancelled */
  async forms({ model: path, seconds, validation }: ParsedInput<'forms'>): Promise<CallOutput<'forms'>> {
    if (this.#training)
      throw new HeedError('usage', 'A training is running, and would spoil the figures; wait for its end, or stop it.');
    const { formsReport } = await import('./forms.ts');
    const { model } = await this.#models.byPath(path);
    return formsReport(
      model,
      { seconds, rounds: BENCH_ROUNDS, validation, cacheFolder: this.#cacheFolder },
      this.#compute,
      (progress) => this.#events.emit('progress', progress),
      this.#closing.signal,
    );
  }

  /** Ends all work, and waits until a training has left its model behind. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.stopTraining();
    await this.#training?.ended;
  }

  /** bfloat16 is only quicker where the processor multiplies it itself, and not everywhere then. */
  #saySlowPrecision({ precision }: ParsedInput<'train'>): void {
    const { core } = this.#compute;
    if (precision !== 'bfloat16' || !core) return;
    const speedup = bfloat16Speedup(core.addon, core.instructionSet);
    const quicker = core.addon.float16InstructionSets.includes(core.instructionSet) ? 'float16' : 'float32';
    if (speedup === undefined)
      this.#say('This processor has no instructions for bfloat16, so that it takes longer than float32 would.');
    else if (speedup < 1)
      this.#say(
        `This processor does ${speedup.toFixed(1)} times as many products in bfloat16 as in float32, so that ${quicker} would take less time.`,
      );
  }

  #sayOnceWhereSlow(): void {
    const { missing } = this.#compute;
    if (missing && !this.#saidMissing) this.#say(`The native core does not serve (${missing}), so this takes longer.`);
    this.#saidMissing = true;
  }

  async #train(input: ParsedInput<'train'>, signal: AbortSignal): Promise<CallOutput<'train'>> {
    this.#saySlowPrecision(input);
    const { trainModel } = await import('../../training/train-run.ts');
    const {
      hopMs,
      pooling,
      learningRate,
      unknownWeight,
      temperature,
      teacherShare,
      sparsity,
      weightBits,
      factorShare,
    } = input;
    if (input.teachers === undefined && (temperature ?? teacherShare) !== undefined)
      throw new HeedError(
        'usage',
        'How much is learned from teachers (--teacher-share, --temperature) says nothing without one; name it by --teacher.',
      );
    const tuning = {
      ...(hopMs === undefined ? {} : { features: withHop(DEFAULT_FEATURE_SETTINGS, hopMs) }),
      ...(pooling === undefined ? {} : { pooling }),
      ...(learningRate === undefined ? {} : { learningRate }),
      ...(unknownWeight === undefined ? {} : { unknownWeight }),
      ...(sparsity === undefined ? {} : { sparsity }),
      ...(weightBits === undefined ? {} : { weightBits }),
      ...(factorShare === undefined ? {} : { factorShare }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(teacherShare === undefined ? {} : { teacherShare }),
    };
    return trainModel(
      { ...input, heedVersion: HEED_VERSION, cacheFolder: this.#cacheFolder, tuning },
      {
        onEpoch: (epoch) => this.#events.emit('train.epoch', epoch),
        onProgress: (progress) => this.#events.emit('progress', progress),
      },
      signal,
      this.#compute,
    );
  }
}
