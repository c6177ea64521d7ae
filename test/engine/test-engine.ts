import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { EngineClient } from '../../src/engine/client.ts';
import type { EventName, EventPayload } from '../../src/engine/contract/events.ts';
import { createInProcessClient } from '../../src/engine/in-process.ts';
import { createEngine, type Engine } from '../../src/engine/server.ts';
import type { Model } from '../../src/model/model.ts';
import { saveModel } from '../../src/model/model-file.ts';
import { createRandom } from '../../src/random.ts';
import { randomModel } from '../model/random-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export interface TestEngine {
  readonly engine: Engine;
  readonly client: EngineClient;
  readonly root: string;
  readonly home: string;
  /** The file of the model `heed-en`, of random weights. */
  readonly modelFile: string;
  readonly messages: string[];
}

/** An engine with one small model, in folders that go when the test does. */
export async function startEngine(model: Model = randomModel()): Promise<TestEngine> {
  const root = await temporaryFolder();
  const [home, modelsFolder] = [join(root, 'home'), join(root, 'shipped')];
  const modelFile = join(modelsFolder, 'heed-en.onnx');
  await mkdir(modelsFolder);
  await saveModel(modelFile, model);
  const messages: string[] = [];
  const engine = createEngine({
    home,
    modelsFolder,
    cacheFolder: join(root, 'cache'),
    onMessage: (message) => messages.push(message),
  });
  const client = createInProcessClient(engine);
  onTestFinished(() => engine.close());
  return { engine, client, root, home, modelFile, messages };
}

/** Collects the payloads of an event from now on. */
export function collect<N extends EventName>(client: EngineClient, name: N): EventPayload<N>[] {
  const payloads: EventPayload<N>[] = [];
  client.on(name, (payload) => payloads.push(payload));
  return payloads;
}

/** Noise, ±0.1. */
export function noise(samples: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: samples }, () => 0.1 * random.between(-1, 1));
}
