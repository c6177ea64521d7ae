import type { Terminal } from '../terminal.ts';

/** Serves the studio on this computer until it is interrupted. */
export async function serve(
  options: { readonly port?: number; readonly open?: true; readonly json?: true },
  terminal: Terminal,
): Promise<void> {
  const { serveStudio } = await import('../../host/serve.ts');
  const studio = await serveStudio({ port: options.port, open: options.open ?? false });
  if (options.json) terminal.json({ url: studio.url });
  else terminal.answer(`The studio is at ${studio.url} (Ctrl-C ends it).`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await studio.close();
}
