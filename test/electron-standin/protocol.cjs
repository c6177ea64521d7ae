'use strict';
// protocol.handle: Chromium cannot be taught a scheme from outside, so a server on loopback stands for all of them:
// scheme://host/path is served as http://scheme--host.localhost:port/path. Headers, the CSP among them, pass unchanged.
const http = require('node:http');

const handlers = new Map();
const privileged = new Set();
let port = 0;

const toLoopback = (url) =>
  url.replace(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i, (whole, scheme, host) =>
    handlers.has(scheme) ? `http://${scheme}--${host}.localhost:${port}` : whole,
  );
const fromLoopback = (url) => url.replace(/^http:\/\/([a-z0-9+.]+)--([^.:/]*)\.localhost:\d+/, '$1://$2');

const protocol = {
  registerSchemesAsPrivileged(schemes) {
    for (const { scheme, privileges } of schemes) if (privileges?.standard && privileges.secure) privileged.add(scheme);
  },
  handle(scheme, handler) {
    // The loopback address is a secure context whatever happens; a scheme in Electron is one only when declared so.
    if (!privileged.has(scheme))
      throw new Error(`Register ${scheme} as standard and secure before ready, or the microphone will not work in it.`);
    if (handlers.has(scheme)) throw new Error(`The scheme ${scheme} is handled already.`);
    handlers.set(scheme, handler);
  },
  unhandle: (scheme) => void handlers.delete(scheme),
  isProtocolHandled: (scheme) => handlers.has(scheme),
};

async function answer(incoming, outgoing) {
  const url = fromLoopback(`http://${incoming.headers.host}${incoming.url}`);
  const handler = handlers.get(url.split(':')[0]);
  if (!handler) return void outgoing.writeHead(403).end();
  const chunks = await incoming.toArray();
  const response = await handler(
    new Request(url, {
      method: incoming.method,
      headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
      body: chunks.length > 0 ? Buffer.concat(chunks) : undefined,
    }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

/** Starts the server behind all schemes. */
async function startProtocolServer() {
  const server = http.createServer((incoming, outgoing) => {
    answer(incoming, outgoing).catch((error) => {
      console.error(error);
      outgoing.writeHead(500).end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  port = server.address().port;
}

module.exports = { protocol, startProtocolServer, toLoopback, fromLoopback };
