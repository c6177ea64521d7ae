import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { strings } from '../../../renderer/strings.ts';
import { createStudio } from '../../../renderer/studio/studio.ts';
import { StudioContext } from '../../../renderer/studio/studio-context.ts';
import { TeachScreen } from '../../../renderer/teach/teach-screen.tsx';
import type { TeachPlan, TeachStatus } from '../../../src/engine/contract/teach-schemas.ts';
import { createFakeEngine } from '../fake-engine.ts';
import { createFakeMicrophones } from '../fake-microphone.ts';
import { IDLE, LEARNING, PLAN } from './teach-status.ts';

/** What the screen says, tags left out. */
function textOf(status: TeachStatus, plan: TeachPlan = PLAN): string {
  const studio = createStudio(createFakeEngine(), createFakeMicrophones().open);
  studio.teach.status.set(status);
  studio.teach.plan.set(plan);
  const html = renderToStaticMarkup(
    <StudioContext value={studio}>
      <TeachScreen onScreen={() => undefined} />
    </StudioContext>,
  );
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('the Teach screen', () => {
  it('says in one sentence what will be learned, from which model, and what is missing', () => {
    const text = textOf(IDLE);
    expect(text).toContain('From heed-en, teach lamp on and music with 12 takes.');
    expect(text).toContain('Not yet: stop it needs 2 more.');
    expect(text).toContain(strings.teach.start);
  });

  it('warns of words that adapting may cost, and not where none is at risk', () => {
    const warning = 'may hear left and right less well afterwards';
    expect(textOf(IDLE, { ...PLAN, atRisk: ['left', 'right'] })).toContain(warning);
    expect(textOf(IDLE)).not.toContain('less well afterwards');
  });

  it('offers no start where there is too little to learn from', () => {
    const text = textOf(IDLE, { ...PLAN, words: [], takeCount: 0, problem: 'too-few-takes' });
    expect(text).toContain(strings.teach.problems['too-few-takes'].title);
    expect(text).not.toContain(strings.teach.start);
    expect(textOf(IDLE, { ...PLAN, words: [], waiting: [], problem: 'no-takes' })).toContain(strings.empty.teach.title);
  });

  it('shows where the lesson stands, word by word, and that the old model goes on listening', () => {
    const text = textOf(LEARNING);
    expect(text).toMatch(/Pass 2 of 10 About 2 min left/);
    expect(text).toMatch(/lamp on 50\s%/);
    expect(text).toMatch(/music 100\s%/);
    expect(text).toContain(strings.teach.oldListens('heed-en'));
  });

  it('says after an interruption that it can go on', () => {
    const text = textOf({ ...LEARNING, phase: 'interrupted', progress: null });
    expect(text).toContain(strings.teach.interrupted.adapt);
    expect(text).toContain(strings.teach.resume);
  });

  it('compares old and new before either is chosen, and advises against a worse one', () => {
    const words = [{ label: 'lamp on', clips: 4, oldRight: 3, newRight: 2, oldKnows: true }];
    const text = textOf({
      ...LEARNING,
      phase: 'done',
      comparison: { clips: 4, oldRight: 3, newRight: 2, improved: true, words },
    });
    expect(text).toMatch(/Of 4 takes.*old model gets 75\.0\s% right and the new one 50\.0\s%/);
    expect(text).toContain(strings.teach.done.worse);
    expect(text).toContain(strings.teach.done.use);
    expect(text).toContain(strings.teach.done.keep);
  });

  it('does not offer a new model where the takes made it no better', () => {
    const comparison = { clips: 4, oldRight: 3, newRight: 3, improved: false, words: [] };
    const text = textOf({ ...LEARNING, phase: 'done', comparison });
    expect(text).toContain(strings.teach.done.notImproved);
    expect(text).toContain(strings.teach.done.keep);
    expect(text).not.toContain(strings.teach.done.use);
  });

  it('says that adapting begins again after a pause, and that learning from nothing goes on', () => {
    const paused = (method: 'adapt' | 'scratch') =>
      textOf({ ...LEARNING, phase: 'paused', plan: { ...PLAN, settings: { ...PLAN.settings, method } } });
    expect(paused('adapt')).toContain(strings.teach.paused.adapt);
    expect(paused('scratch')).toContain(strings.teach.paused.scratch);
  });

  it('passes on why a lesson failed, and lets it be tried again', () => {
    const text = textOf({ ...LEARNING, phase: 'failed', failure: 'The disk is full.' });
    expect(text).toContain('The disk is full.');
    expect(text).toContain(strings.teach.again);
  });

  it('offers the way back while a taught model listens', () => {
    const used = { modelId: 'my-words', previousModelId: 'heed-en', at: 0 };
    expect(textOf({ ...IDLE, used })).toContain(strings.teach.used.back('heed-en'));
  });
});
