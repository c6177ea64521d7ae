import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { App } from '../../../renderer/app.tsx';
import { strings } from '../../../renderer/strings.ts';
import { createStudio, type Studio } from '../../../renderer/studio/studio.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { createFakeMicrophones } from '../fake-microphone.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const markup = (studio: Studio): string => renderToStaticMarkup(<App studio={studio} />);

async function setUp() {
  const engine = createFakeEngine();
  const microphones = createFakeMicrophones();
  const studio = createStudio(engine, microphones.open);
  await settled();
  return { engine, microphones, studio };
}

describe('the Listen screen', () => {
  it('says that it sleeps and how to wake it', async () => {
    const { studio } = await setUp();
    const html = markup(studio);
    expect(html).toContain(strings.listen.asleep);
    expect(html).toMatch(/data-testid="status"[^>]*>Asleep</);
    expect(html).toContain('aria-label="Start listening"');
  });

  it('says that it listens, with a threshold for each word and none for what is no word', async () => {
    const { studio } = await setUp();
    await studio.listener.start();
    const html = markup(studio);
    expect(html).toMatch(/data-testid="status"[^>]*>Listening</);
    expect(html).toContain('aria-label="Stop listening"');
    expect([...html.matchAll(/type="range"[^>]*/g)].length).toBe(3);
    expect(html).toContain('>silence<');
    expect(html).toContain('>other<');
  });

  it('shows the word it heard, large and in the history, and tells it to screen readers', async () => {
    const { engine, studio } = await setUp();
    await studio.listener.start();
    const at = new Date(2026, 10, 23, 14, 2, 11).getTime();
    engine.emit('listen.detection', { session: 'session-1', id: 'a', timeMs: 900, at, label: 'left', score: 0.97 });
    const html = markup(studio);
    expect(html).toMatch(/data-testid="heard-word"[^>]*>left</);
    expect(html).toMatch(/aria-live="polite"[^>]*><span>left, 97\u00a0%</);
    expect(html).toMatch(/role="list" aria-label="History"[^>]*><li[^>]*><span[^>]*>14:02:11<\/span> <span[^>]*>left</);
    expect(html).toContain('aria-label="Play left, 14:02:11"');
  });

  it.each(['NotAllowedError', 'NotFoundError', 'NotReadableError'])('says what to do after %s', async (name) => {
    const { microphones, studio } = await setUp();
    microphones.failures.push(new DOMException('no', name));
    await studio.listener.start();
    const { kind } = studio.listener.state.get().problem!;
    const html = markup(studio);
    expect(html).toContain('role="alert"');
    expect(html).toContain(strings.problems[kind].title);
    expect(html).toContain(strings.problems[kind].advice);
  });
});
