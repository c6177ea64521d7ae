import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { restartDelayMs, supervise, type SupervisedChild } from '../../src/host/supervisor.ts';

class Child implements SupervisedChild {
  die: (how: string) => void = () => {};
  onExit(listener: (how: string) => void): void {
    this.die = listener;
  }
}

function supervised() {
  const children: Child[] = [];
  const onStarted = vi.fn();
  const onLost = vi.fn();
  const spawn = (): Child => {
    const child = new Child();
    children.push(child);
    return child;
  };
  return { children, onStarted, onLost, end: supervise({ spawn, onStarted, onLost }) };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the supervisor', () => {
  it('starts a process that died once again, at once, and says how it died', async () => {
    const { children, onStarted, onLost } = supervised();
    expect(onStarted).toHaveBeenLastCalledWith(children[0], null);
    children[0]!.die('killed by SIGKILL');
    expect(onLost).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('killed by SIGKILL'));
    await vi.advanceTimersByTimeAsync(0);
    expect(children).toHaveLength(2);
    expect(onStarted).toHaveBeenLastCalledWith(children[1], expect.stringContaining('killed by SIGKILL'));
  });

  it('waits longer and longer before it starts a process that keeps dying', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map(restartDelayMs);
    expect(delays[0]).toBe(0);
    for (let i = 1; i < delays.length; i++) expect(delays[i]).toBeGreaterThanOrEqual(delays[i - 1]!);
    expect(restartDelayMs(1000)).toBe(10_000);
  });

  it('does not hurry a process that dies right after every start', async () => {
    const { children } = supervised();
    children[0]!.die('exit code 1');
    await vi.advanceTimersByTimeAsync(0);
    children[1]!.die('exit code 1');
    await vi.advanceTimersByTimeAsync(restartDelayMs(2) - 1);
    expect(children).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(children).toHaveLength(3);
  });

  it('forgets early deaths once a process has lived for a while', async () => {
    const { children } = supervised();
    for (const young of [0, 1]) {
      children[young]!.die('exit code 1');
      await vi.advanceTimersByTimeAsync(restartDelayMs(young + 1));
    }
    await vi.advanceTimersByTimeAsync(60_000);
    children[2]!.die('exit code 1');
    await vi.advanceTimersByTimeAsync(0);
    expect(children).toHaveLength(4);
  });

  it('starts nothing more once it is ended', async () => {
    const { children, end } = supervised();
    children[0]!.die('exit code 1');
    end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(children).toHaveLength(1);
  });
});
