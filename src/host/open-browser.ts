import { spawn } from 'node:child_process';

/** The program that opens an address in the user's browser, or null where the computer has no screen to show it on. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): { command: string; arguments: string[] } | null {
  if (environment['HEED_NO_BROWSER']) return null;
  if (platform === 'darwin') return { command: 'open', arguments: [url] };
  // `start` is a word of cmd.exe; its first quoted argument would be the title of a window.
  if (platform === 'win32') return { command: 'cmd', arguments: ['/c', 'start', '""', url] };
  if (!environment['DISPLAY'] && !environment['WAYLAND_DISPLAY']) return null;
  return { command: 'xdg-open', arguments: [url] };
}

/** Shows an address in the default browser where there is one; that there is none is no error. */
export function openBrowser(url: string): void {
  const opener = browserCommand(url, process.platform, process.env);
  if (!opener) return;
  const child = spawn(opener.command, opener.arguments, { stdio: 'ignore', detached: true });
  child.on('error', () => {}); // the address was printed as well
  child.unref();
}
