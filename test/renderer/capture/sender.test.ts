import { describe, expect, it } from 'vitest';
import { createSender, MAX_IN_FLIGHT_SECONDS } from '../../../renderer/capture/sender.ts';

const RATE_HZ = 1000;
const CHUNK = new Float32Array(100);

/** An engine that answers when it is told to. */
function slowEngine() {
  const waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const push = () =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ resolve, reject });
    });
  return { waiting, push };
}

function reports() {
  const droppedSeconds: number[] = [];
  const failures: unknown[] = [];
  return {
    droppedSeconds,
    failures,
    listener: {
      onDropped: (seconds: number) => void droppedSeconds.push(seconds),
      onFailed: (error: unknown) => void failures.push(error),
    },
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('sending sound to the engine', () => {
  it('never has more than a bounded stretch of sound under way', () => {
    const { waiting, push } = slowEngine();
    const { listener } = reports();
    const sender = createSender(push, RATE_HZ, listener);
    for (let i = 0; i < 100; i++) sender.send(CHUNK);
    expect(waiting.length * CHUNK.length).toBe(MAX_IN_FLIGHT_SECONDS * RATE_HZ);
  });

  it('tells of all the sound it dropped, and goes on once the engine has caught up', async () => {
    const { waiting, push } = slowEngine();
    const { droppedSeconds, listener } = reports();
    const sender = createSender(push, RATE_HZ, listener);
    const fits = (MAX_IN_FLIGHT_SECONDS * RATE_HZ) / CHUNK.length;
    for (let i = 0; i < fits + 7; i++) sender.send(CHUNK);
    waiting.forEach(({ resolve }) => resolve());
    await settled();
    sender.send(CHUNK);
    expect(waiting.length).toBe(fits + 1);
    expect(droppedSeconds.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(0.7, 9);
  });

  it('drops nothing while the engine keeps up', async () => {
    const { droppedSeconds, listener } = reports();
    const sender = createSender(() => Promise.resolve(), RATE_HZ, listener);
    for (let i = 0; i < 100; i++) {
      sender.send(CHUNK);
      await Promise.resolve().then(() => undefined);
    }
    expect(droppedSeconds).toEqual([]);
  });

  it('reports a refused chunk once, and sends nothing after it', async () => {
    const { waiting, push } = slowEngine();
    const { failures, listener } = reports();
    const sender = createSender(push, RATE_HZ, listener);
    sender.send(CHUNK);
    sender.send(CHUNK);
    waiting.forEach(({ reject }) => reject(new Error('gone')));
    await settled();
    sender.send(CHUNK);
    expect(failures.length).toBe(1);
    expect(waiting.length).toBe(2);
  });

  it('is quiet about what fails after it was closed', async () => {
    const { waiting, push } = slowEngine();
    const { failures, listener } = reports();
    const sender = createSender(push, RATE_HZ, listener);
    sender.send(CHUNK);
    sender.close();
    waiting[0]!.reject(new Error('gone'));
    await settled();
    expect(failures).toEqual([]);
  });
});
