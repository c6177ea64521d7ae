import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_CALLS_IN_FLIGHT, type EngineMessage, type Outcome } from '../../../src/engine/transports/page/wire.ts';
import { serveConnection } from '../../../src/engine/transports/serve-connection.ts';
import { FakeEngine } from './fake-engine.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function serve(isCongested = (): boolean => false) {
  const engine = new FakeEngine();
  const sent: EngineMessage[] = [];
  const connection = serveConnection(engine, { send: (message) => sent.push(message), isCongested });
  const call = (id: number, name: string, input: unknown = {}): void =>
    connection.receive({ kind: 'call', id, name, input });
  const opensSession = (session: string): void => {
    engine.answer = () => Promise.resolve({ ok: true, value: { session } });
  };
  return { engine, sent, connection, call, opensSession };
}

describe('a served connection', () => {
  it('makes every call with the reach of a window, whatever the message claims', async () => {
    const { engine, connection } = serve();
    connection.receive({ kind: 'call', id: 1, name: 'train', input: {}, reach: 'local' });
    expect(engine.dispatched).toEqual([{ name: 'train', input: {}, reach: 'window' }]);
  });

  it('answers with the id of the call', async () => {
    const { sent, call } = serve();
    call(42, 'describe', { a: 1 });
    await settled();
    const outcome = { ok: true, value: { name: 'describe', input: { a: 1 } } };
    expect(sent).toEqual([{ kind: 'answer', id: 42, outcome }]);
  });

  it('answers `internal` where the engine itself throws', async () => {
    const { engine, sent, call } = serve();
    engine.answer = () => Promise.reject(new Error('a bug'));
    call(1, 'describe');
    await settled();
    expect(sent[0]).toMatchObject({ outcome: { ok: false, error: { code: 'internal', message: 'a bug' } } });
  });

  it('refuses more calls at once than are allowed, and takes new ones when some are done', async () => {
    const { engine, sent, call } = serve();
    const finish: ((outcome: Outcome) => void)[] = [];
    engine.answer = () => new Promise((resolve) => finish.push(resolve));
    for (let id = 0; id <= MAX_CALLS_IN_FLIGHT; id++) call(id, 'describe');
    expect(engine.dispatched).toHaveLength(MAX_CALLS_IN_FLIGHT);
    expect(sent).toMatchObject([{ id: MAX_CALLS_IN_FLIGHT, outcome: { ok: false, error: { code: 'usage' } } }]);
    finish[0]!({ ok: true, value: null });
    await settled();
    call(1000, 'describe');
    expect(engine.dispatched).toHaveLength(MAX_CALLS_IN_FLIGHT + 1);
  });

  it("gives a session's events only to the window that opened it", async () => {
    const { engine, sent, call, opensSession } = serve();
    opensSession('mine');
    call(1, 'listen.open');
    await settled();
    engine.emit('listen.detection', { session: 'mine', label: 'left' });
    engine.emit('listen.detection', { session: 'theirs', label: 'right' });
    engine.emit('progress', { work: 'train' });
    const events = sent.filter((message) => message.kind === 'event');
    expect(events.map(({ name, payload }) => [name, payload])).toEqual([
      ['listen.detection', { session: 'mine', label: 'left' }],
      ['progress', { work: 'train' }],
    ]);
  });

  it('hears nothing more of a session it closed, nor of one that the engine lost', async () => {
    const { engine, sent, call, opensSession } = serve();
    opensSession('closed');
    call(1, 'listen.open');
    await settled();
    call(2, 'listen.close', { session: 'closed' });
    await settled();
    opensSession('lost');
    call(3, 'listen.open');
    await settled();
    engine.emit('engine.restarted', { reason: 'It died.' });
    sent.length = 0;
    engine.emit('listen.level', { session: 'closed' });
    engine.emit('listen.level', { session: 'lost' });
    expect(sent).toEqual([]);
  });

  it('closes the sessions of a window that goes away, also one that was still being opened', async () => {
    const { engine, connection, call, opensSession } = serve();
    opensSession('first');
    call(1, 'listen.open');
    await settled();
    opensSession('second');
    call(2, 'listen.open');
    connection.close();
    await settled();
    const closed = engine.dispatched.filter(({ name }) => name === 'listen.close');
    expect(closed.map(({ input }) => input)).toEqual([{ session: 'first' }, { session: 'second' }]);
    expect(engine.listenerCount).toBe(0);
  });

  it('leaves out pictures of the sound for a window that reads too slowly, but no detection', async () => {
    const { engine, sent, call, opensSession } = serve(() => true);
    opensSession('s');
    call(1, 'listen.open');
    await settled();
    sent.length = 0;
    for (const name of ['listen.frames', 'listen.posteriors', 'listen.level', 'listen.detection', 'listen.silent']) {
      engine.emit(name, { session: 's' });
    }
    expect(sent.map((message) => message.kind === 'event' && message.name)).toEqual([
      'listen.detection',
      'listen.silent',
    ]);
  });

  it('survives every message, and answers the next proper call', async () => {
    const { sent, connection, call } = serve();
    fc.assert(
      fc.property(fc.anything(), (message) => {
        connection.receive(message);
        return true;
      }),
    );
    call(5, 'describe');
    await settled();
    expect(sent).toMatchObject([{ kind: 'answer', id: 5 }]);
  });
});
