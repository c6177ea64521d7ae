import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { connectMessagePort, type PagePort } from '../../../src/engine/transports/page/message-port.ts';
import { MAX_MESSAGE_BYTES } from '../../../src/engine/transports/page/wire.ts';
import { serveMessagePort } from '../../../src/engine/transports/serve-message-port.ts';
import { FakeEngine } from './fake-engine.ts';

const open: MessagePort[] = [];

function connect() {
  const engine = new FakeEngine();
  const { port1, port2 } = new MessageChannel();
  open.push(port1, port2);
  serveMessagePort(engine, {
    postMessage: (message) => port1.postMessage(message),
    onMessage: (listener) => void port1.on('message', listener),
    onClose: (listener) => void port1.on('close', listener),
  });
  return { engine, port: port2, client: connectMessagePort(port2 as unknown as PagePort) };
}

afterEach(() => {
  for (const port of open.splice(0)) port.close();
});

describe('the engine over a MessagePort', () => {
  it('carries a call with its sound, which the caller keeps, and brings the answer', async () => {
    const { client, engine } = connect();
    const samples = new Float32Array([0.5, -0.25]);
    const answer = await client.call('recognizeSound', { sound: { samples, sampleRateHz: 16_000 } });
    expect(answer).toEqual({ name: 'recognizeSound', input: { sound: { samples, sampleRateHz: 16_000 } } });
    expect(engine.dispatched[0]!.reach).toBe('window');
    expect(samples).toEqual(new Float32Array([0.5, -0.25])); // copied, not transferred
  });

  it('brings events', async () => {
    const { client, engine } = connect();
    await client.call('describe', {});
    const heard = new Promise((resolve) => client.on('progress', resolve));
    const payload = { work: 'train', stage: 'Reading clips', done: 1, total: 2, remainingMs: null };
    engine.emit('progress', payload);
    expect(await heard).toEqual(payload);
  });

  it('refuses a call that carries too much, says so, and takes the next', async () => {
    const { client, engine } = connect();
    const samples = new Float32Array(MAX_MESSAGE_BYTES / 4 + 1);
    const tooMuch = client.call('recognizeSound', { sound: { samples, sampleRateHz: 16_000 } });
    await expect(tooMuch).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('32 MiB') });
    await expect(client.call('describe', {})).resolves.toBeDefined();
    expect(engine.dispatched.map(({ name }) => name)).toEqual(['describe']);
  });

  it('drops an oversized message of a page that does not use the client', async () => {
    const { client, engine, port } = connect();
    const input = new Uint8Array(MAX_MESSAGE_BYTES + 1);
    port.postMessage({ kind: 'call', id: 9, name: 'describe', input });
    await client.call('settings.get', {});
    expect(engine.dispatched.map(({ name }) => name)).toEqual(['settings.get']);
  });

  it('stops listening to the engine when the window closes its port', async () => {
    const { client, engine } = connect();
    await client.call('describe', {});
    expect(engine.listenerCount).toBe(1);
    client.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(engine.listenerCount).toBe(0);
  });
});
