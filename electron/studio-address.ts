/** The scheme under which the shell serves the built studio, instead of file://. */
export const STUDIO_SCHEME = 'heed';
const STUDIO_HOST = 'studio';
export const STUDIO_URL = `${STUDIO_SCHEME}://${STUDIO_HOST}/index.html`;

/**
 * Whether a URL or an origin is the studio's own.
 * @param developmentUrl  where the development server runs, if one does; its pages count as the studio then
 */
export function isStudioUrl(url: string | undefined, developmentUrl?: string): boolean {
  if (url === undefined || !URL.canParse(url)) return false;
  const { protocol, host } = new URL(url);
  if (protocol === `${STUDIO_SCHEME}:`) return host === STUDIO_HOST;
  if (developmentUrl === undefined) return false;
  const development = new URL(developmentUrl);
  return protocol === development.protocol && host === development.host;
}
