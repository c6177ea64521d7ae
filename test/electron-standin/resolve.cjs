'use strict';
// Makes require('electron') find the stand-in instead of the npm package, which only knows where the binary lies.
const Module = require('node:module');
const path = require('node:path');

const standIn = path.join(__dirname, 'electron.cjs');
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  if (request === 'electron' || request === 'electron/main' || request === 'electron/common') return standIn;
  return resolveFilename.call(this, request, ...rest);
};
