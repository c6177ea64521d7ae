import { BrowserWindow, nativeTheme } from 'electron';

/** The surface colours of renderer/styles/tokens.css, so that the window does not flash before the page is drawn. */
const SURFACE = { light: '#fbfaf8', dark: '#17171a' } as const;

/** Opens the studio's window: no Node in it, its page in a sandbox and a world of its own. */
export function openWindow(url: string, preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Heed',
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? SURFACE.dark : SURFACE.light,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      // Listening goes on while the window is covered or minimised.
      backgroundThrottling: false,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason !== 'clean-exit' && !window.isDestroyed()) void window.loadURL(url);
  });
  void window.loadURL(url);
  return window;
}
