import { EventEmitter } from 'node:events';
import { expect, it, vi } from 'vitest';
import { guardNavigation } from '../../electron/navigation.ts';

it('denies every page to navigate, to be redirected, to hold a webview and to open a window', () => {
  const app = new EventEmitter();
  guardNavigation(app as never);
  const setWindowOpenHandler = vi.fn();
  const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler });
  app.emit('web-contents-created', {}, contents);
  for (const attempt of ['will-navigate', 'will-redirect', 'will-attach-webview']) {
    const event = { preventDefault: vi.fn() };
    contents.emit(attempt, event);
    expect(event.preventDefault).toHaveBeenCalledTimes(1);
  }
  expect(setWindowOpenHandler.mock.calls[0]![0]({ url: 'https://evil.test' })).toEqual({ action: 'deny' });
});
