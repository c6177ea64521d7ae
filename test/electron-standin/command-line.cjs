'use strict';
// What the command line says: Chromium's switches, and which app to run.
const fs = require('node:fs');
const path = require('node:path');

const given = process.argv.slice(2);
/** Chromium's switches, as given: `--name` or `--name=value`. */
const switches = given.filter((argument) => argument.startsWith('--'));

/** The value of a switch: '' where it stands alone, undefined where it was not given. */
function switchValue(name) {
  const found = switches.findLast((text) => text === `--${name}` || text.startsWith(`--${name}=`));
  return found?.slice(name.length + 3);
}

/** The app: the folder of a package.json with a `main`, or a script; the current folder when none is named. */
function describeApp() {
  const named = path.resolve(given.find((argument) => !argument.startsWith('--')) ?? '.');
  const isFolder = fs.existsSync(named) && fs.statSync(named).isDirectory();
  let appPath = isFolder ? named : path.dirname(named);
  while (!fs.existsSync(path.join(appPath, 'package.json')) && path.dirname(appPath) !== appPath)
    appPath = path.dirname(appPath);
  const manifest = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'));
  const entry = isFolder ? path.join(named, manifest.main ?? 'index.js') : named;
  const electron = path.join(__dirname, '../../node_modules/electron/package.json');
  const electronVersion = fs.existsSync(electron) ? JSON.parse(fs.readFileSync(electron, 'utf8')).version : '0.0.0';
  return { entry, appPath, manifest, electronVersion };
}

module.exports = { switches, switchValue, describeApp };
