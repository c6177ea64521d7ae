import { loadAddon } from '../../src/native/addon.ts';

const loaded = loadAddon();

/** The native core, where this machine has built it. */
export const addon = 'addon' in loaded ? loaded.addon : undefined;

if ('missing' in loaded) console.log(`The native core is not tested: ${loaded.missing}.`);
