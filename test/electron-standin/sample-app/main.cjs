'use strict';
// The smallest app with every part of Electron that Heed uses; what it heard is kept in `heard` for the test.
const path = require('node:path');
const { app, BrowserWindow, ipcMain, MessageChannelMain, protocol, session, utilityProcess } = require('electron');

globalThis.heard = { navigations: [], opened: [], permissions: [], seconds: [] };
const page = `<!doctype html><title>Sample</title><h1>Sample</h1><script src="page.js"></script>`;
const script = `
  window.addEventListener('message', ({ data, ports }) => { if (data === 'port') window.port = ports[0]; });
  document.title = 'ready';`;
const csp = "default-src 'none'; script-src 'self'";

protocol.registerSchemesAsPrivileged([{ scheme: 'sample', privileges: { standard: true, secure: true } }]);
if (!app.requestSingleInstanceLock()) app.exit(3);
app.on('second-instance', (_event, argv) => globalThis.heard.seconds.push(argv.at(-1)));

app.whenReady().then(() => {
  protocol.handle('sample', ({ url }) =>
    url.endsWith('.js')
      ? new Response(script, { headers: { 'content-type': 'text/javascript' } })
      : new Response(page, { headers: { 'content-type': 'text/html', 'content-security-policy': csp } }),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) => permission === 'media');
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer, { mediaTypes }) => {
    globalThis.heard.permissions.push([permission, ...mediaTypes]);
    answer(mediaTypes.join() === 'audio');
  });
  ipcMain.handle('double', ({ senderFrame }, value) => ({
    origin: senderFrame.origin,
    doubled: value.map((x) => 2 * x),
  }));

  const window = new BrowserWindow({
    width: 640,
    height: 480,
    webPreferences: { preload: path.join(__dirname, 'preload.cjs'), contextIsolation: true, sandbox: true },
  });
  window.webContents.on('will-navigate', (event, url) => {
    globalThis.heard.navigations.push(url);
    event.preventDefault();
  });
  window.webContents.setWindowOpenHandler(({ url }) => {
    globalThis.heard.opened.push(url);
    return { action: 'deny' };
  });
  ipcMain.on('connect', () => {
    const { port1, port2 } = new MessageChannelMain();
    const child = utilityProcess.fork(path.join(__dirname, 'child.cjs'), [], { serviceName: 'Sample child' });
    child.once('exit', (code) => window.webContents.send('child-exit', code));
    child.postMessage('serve', [port1]);
    window.webContents.postMessage('port', null, [port2]);
  });
  window.loadURL('sample://app/index.html');
});
