'use strict';
// Dresses this Node process as Electron's main process, then runs the app named on the command line.
const fs = require('node:fs');
const path = require('node:path');
const { describeApp } = require('./command-line.cjs');

const { entry, appPath, electronVersion } = describeApp();
const define = (object, name, value) =>
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true });
define(process.versions, 'electron', electronVersion);
define(process, 'type', 'browser');
define(process, 'resourcesPath', appPath);
define(process, 'defaultApp', true);
process.argv = [path.join(__dirname, 'electron'), ...process.argv.slice(2)];

if (!fs.existsSync(entry)) {
  console.error(`The app's main process is not built: ${entry} is missing. Build it first.`);
  process.exit(1);
}
require('./electron.cjs');
require(entry);
