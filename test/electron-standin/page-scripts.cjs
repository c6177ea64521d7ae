'use strict';
// The scripts that a window runs before the page's own, as source text.
const fs = require('node:fs');
const { createCodec } = require('./codec.cjs');
const { createWorldBridge } = require('./page/world-bridge.cjs');
const { pageWorld } = require('./page/page-world.cjs');
const { preloadWorld } = require('./page/preload-world.cjs');

const call = (program, options, more = '') =>
  `(${program})((${createCodec})(), ${createWorldBridge}, ${JSON.stringify(options)}${more});`;

/** For the page's world. */
const pageScript = (options) => call(pageWorld, options);

/** For the preload's world, the preload (CommonJS, one file) included. */
function preloadScript(options, preloadFile) {
  const source = preloadFile ? fs.readFileSync(preloadFile, 'utf8') : '';
  return call(preloadWorld, options, `, function (require, module, exports, process) {\n${source}\n}`);
}

module.exports = { pageScript, preloadScript };
