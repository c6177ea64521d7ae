import packageJson from '../package.json' with { type: 'json' };

/** The version of Heed that runs, as package.json says. */
export const HEED_VERSION: string = packageJson.version;
