import { describe, expect, it } from 'vitest';
import { createWordList } from '../../../renderer/words/word-list.ts';
import { createFakeEngine } from '../fake-engine.ts';

describe('the list of words', () => {
  it('shows a change when the change is done, however slow the engine is and whatever else changes', async () => {
    const engine = createFakeEngine();
    const labels: string[] = [];
    const summary = (label: string) => ({
      label,
      kind: 'word' as const,
      takeCount: 0,
      leftOutCount: 0,
      missingTakes: 5,
    });
    engine.handle({
      'words.list': async () => {
        const present = [...labels];
        await new Promise((resolve) => setTimeout(resolve, 10));
        return { words: present.map(summary), unusable: [], readOnly: null };
      },
      'words.add': ({ name }) => {
        labels.push(name);
        engine.emit('words.changed', {});
        return { label: name };
      },
    });
    const list = createWordList(engine, (error) => {
      throw error;
    });
    const shown = (): string[] => (list.listing.get()?.words ?? []).map(({ label }) => label);
    const first = list.change('words.add', { name: 'lamp' }).then(shown);
    const second = list.change('words.add', { name: 'music' }).then(shown);
    expect(await first).toContain('lamp');
    expect(await second).toEqual(['lamp', 'music']);
  });
});
