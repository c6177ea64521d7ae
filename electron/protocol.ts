import { protocol, type Protocol } from 'electron';
import { pageHeaders } from '../src/host/studio/page-policy.ts';
import { readStudioFile } from '../src/host/studio/studio-files.ts';
import { isStudioUrl, STUDIO_SCHEME } from './studio-address.ts';

/** Makes `heed:` a scheme like https: with origins, secure, usable by fetch. Must run before the app is ready. */
export function registerStudioScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: STUDIO_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Serves the built studio under `heed://studio/`, every answer with the studio's policy. */
export function serveStudioScheme(handled: Protocol, studioFolder: string): void {
  handled.handle(STUDIO_SCHEME, (request) => studioResponse(request, studioFolder));
}

/** The answer to one request: a file of the studio, or 404. */
export async function studioResponse(request: Request, studioFolder: string): Promise<Response> {
  const file =
    request.method === 'GET' && isStudioUrl(request.url)
      ? await readStudioFile(studioFolder, new URL(request.url).pathname)
      : null;
  if (!file) return new Response('The studio has no such file.\n', { status: 404, headers: pageHeaders() });
  return new Response(file.contents, { headers: { ...pageHeaders(), 'Content-Type': file.contentType } });
}
