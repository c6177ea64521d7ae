import { join, resolve } from 'node:path';
import { app, ipcMain, session, type BrowserWindow } from 'electron';
import { openFolder } from './open-folder.ts';
import { dataFolders } from '../src/host/data-folders.ts';
import { ENGINE_WANTED, OPEN_DATA_FOLDER } from './channels.ts';
import { startEngine } from './engine-process.ts';
import { setMenu } from './menu.ts';
import { guardNavigation } from './navigation.ts';
import { guardPermissions } from './permissions.ts';
import { registerStudioScheme, serveStudioScheme } from './protocol.ts';
import { isStudioUrl, STUDIO_URL } from './studio-address.ts';
import { openWindow } from './window.ts';

/** The Electron shell: one window, one engine process, and nothing let through between them but a port. */
function main(): void {
  // A home of its own comes with a window profile of its own, so that two of them can run side by side.
  const home = process.env['HEED_HOME'];
  if (home) app.setPath('userData', resolve(home, 'window'));
  if (!app.requestSingleInstanceLock()) return app.quit();

  const developmentUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const isStudio = (url: string | undefined): boolean => isStudioUrl(url, developmentUrl);
  let window: BrowserWindow | null = null;

  app.enableSandbox();
  registerStudioScheme();
  guardNavigation(app);

  const open = (): void => {
    window = openWindow(developmentUrl ?? STUDIO_URL, join(__dirname, '../preload/index.cjs'));
    window.on('closed', () => (window = null));
  };

  app.on('second-instance', () => {
    if (!window) return open();
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  app.on('activate', () => {
    if (!window && app.isReady()) open();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });

  void app.whenReady().then(() => {
    const engine = startEngine(join(__dirname, 'engine.cjs'), join(app.getAppPath(), 'models'));
    ipcMain.on(ENGINE_WANTED, (event) => {
      const frame = event.senderFrame;
      if (frame && frame.parent === null && isStudio(frame.url)) engine.connect(event.sender);
    });
    ipcMain.on(OPEN_DATA_FOLDER, (event) => {
      const frame = event.senderFrame;
      if (frame && frame.parent === null && isStudio(frame.url)) void openFolder(dataFolders('').home);
    });
    guardPermissions(session.defaultSession, isStudio);
    serveStudioScheme(session.defaultSession.protocol, join(__dirname, '../renderer'));
    setMenu(process.platform, app.isPackaged);
    open();
    endBeforeQuit(() => engine.stop());
  });
}

/** Holds the app's end back until the engine has kept what it was at. */
function endBeforeQuit(stop: () => Promise<void>): void {
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    void stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
}

main();
