import { type ComponentType, lazy } from 'react';
import { ListenScreen } from './listen/listen-screen.tsx';
import type { Screen, ScreenProps } from './screens.ts';

const LOADERS: Readonly<Record<Exclude<Screen, 'listen'>, () => Promise<ComponentType<ScreenProps>>>> = {
  words: async () => (await import('./words/words-screen.tsx')).WordsScreen,
  teach: async () => (await import('./teach/teach-screen.tsx')).TeachScreen,
  understand: async () => (await import('./understand/understand-screen.tsx')).UnderstandScreen,
  models: async () => (await import('./models/models-screen.tsx')).ModelsScreen,
  lab: async () => (await import('./lab/lab-screen.tsx')).LabScreen,
  settings: async () => (await import('./settings/settings-screen.tsx')).SettingsScreen,
};

const later = (load: () => Promise<ComponentType<ScreenProps>>): ComponentType<ScreenProps> =>
  lazy(async () => ({ default: await load() }));

/** What shows each screen. The window opens with Listen; the code of the others comes after it. */
export const SCREEN_COMPONENTS: Readonly<Record<Screen, ComponentType<ScreenProps>>> = {
  listen: ListenScreen,
  words: later(LOADERS.words),
  teach: later(LOADERS.teach),
  understand: later(LOADERS.understand),
  models: later(LOADERS.models),
  lab: later(LOADERS.lab),
  settings: later(LOADERS.settings),
};

/** Loads the code of all screens once the window has nothing else to do, so that none is waited for. */
export function loadScreens(): () => void {
  const request = requestIdleCallback(() => {
    // What fails here fails again, and is told, when the screen is opened.
    for (const load of Object.values(LOADERS)) load().catch(() => undefined);
  });
  return () => cancelIdleCallback(request);
}
