import type { ServiceOptions } from '../engine/service/service.ts';
import { userDataFolder } from '../store/home.ts';

/** Where an engine that serves windows finds its data: the user's folder, and the models that come with Heed. */
export function dataFolders(modelsFolder: string): Pick<ServiceOptions, 'home' | 'modelsFolder'> {
  return { home: userDataFolder(), modelsFolder };
}
