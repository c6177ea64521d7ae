import { describe, expect, it, vi } from 'vitest';
import { HeedError } from '../../../../src/errors.ts';
import type { CallMessage } from '../../../../src/engine/transports/page/wire.ts';
import { createWireClient } from '../../../../src/engine/transports/page/wire-client.ts';

const lost = new HeedError('engine-lost', 'Gone.');

function attached(): { client: ReturnType<typeof createWireClient>; sent: CallMessage[] } {
  const client = createWireClient();
  const sent: CallMessage[] = [];
  client.attach((message) => sent.push(message));
  return { client, sent };
}

describe('the wire client', () => {
  it('gives each call its own answer, in whatever order they come', async () => {
    const { client, sent } = attached();
    const first = client.call('describe', {});
    const second = client.call('settings.get', {});
    client.receive({ kind: 'answer', id: sent[1]!.id, outcome: { ok: true, value: 'second' } });
    client.receive({ kind: 'answer', id: sent[0]!.id, outcome: { ok: true, value: 'first' } });
    expect(await Promise.all([first, second])).toEqual(['first', 'second']);
  });

  it("rejects with the engine's own code and sentence", async () => {
    const { client, sent } = attached();
    const call = client.call('describe', {});
    const error = { code: 'model-missing', message: 'There is no such model.' };
    client.receive({ kind: 'answer', id: sent[0]!.id, outcome: { ok: false, error } });
    await expect(call).rejects.toMatchObject({ name: 'HeedError', ...error });
  });

  it('rejects calls under way and new ones once the transport is gone, and goes on over the next', async () => {
    const { client } = attached();
    const underWay = client.call('describe', {});
    client.detach(lost);
    await expect(underWay).rejects.toBe(lost);
    await expect(client.call('describe', {})).rejects.toBe(lost);

    const sent: CallMessage[] = [];
    client.attach((message) => sent.push(message));
    const next = client.call('describe', {});
    client.receive({ kind: 'answer', id: sent[0]!.id, outcome: { ok: true, value: 'again' } });
    expect(await next).toBe('again');
  });

  it('does not take the answer of a lost transport for that of a call over the new one', async () => {
    const { client, sent } = attached();
    const old = client.call('describe', {});
    client.attach((message) => sent.push(message));
    await expect(old).rejects.toMatchObject({ code: 'engine-lost' });
    const settled = vi.fn();
    void client.call('describe', {}).then(settled, settled);
    client.receive({ kind: 'answer', id: sent[0]!.id, outcome: { ok: true, value: 'stale' } });
    await Promise.resolve();
    expect(settled).not.toHaveBeenCalled();
  });

  it('keeps listeners over a change of transport, and ends only the one that unsubscribes', () => {
    const { client } = attached();
    const listener = vi.fn();
    const endFirst = client.on('engine.restarted', listener);
    client.on('engine.restarted', listener);
    client.attach(() => {});
    client.announce('engine.restarted', { reason: 'It died.' });
    expect(listener).toHaveBeenCalledTimes(2);
    endFirst();
    client.receive({ kind: 'event', name: 'engine.restarted', payload: { reason: 'It died.' } });
    expect(listener).toHaveBeenCalledTimes(3);
  });

  it('rejects a call that cannot be sent, and forgets it', async () => {
    const client = createWireClient();
    client.attach(() => {
      throw new Error('could not be cloned');
    });
    await expect(client.call('describe', {})).rejects.toMatchObject({ code: 'usage' });
  });

  it('ignores what is no message', () => {
    const { client } = attached();
    for (const message of [null, 1, 'x', {}, { kind: 'answer', id: 99, outcome: { ok: true, value: 1 } }]) {
      expect(() => client.receive(message)).not.toThrow();
    }
  });

  it('rejects everything and hears nothing once it is closed, and tells its owner once', async () => {
    const whenClosed = vi.fn();
    const client = createWireClient(whenClosed);
    client.attach(() => {});
    const listener = vi.fn();
    client.on('engine.restarted', listener);
    const underWay = client.call('describe', {});
    client.close();
    client.close();
    await expect(underWay).rejects.toMatchObject({ code: 'engine-lost' });
    client.receive({ kind: 'event', name: 'engine.restarted', payload: { reason: '' } });
    expect(listener).not.toHaveBeenCalled();
    expect(whenClosed).toHaveBeenCalledTimes(1);
  });
});
