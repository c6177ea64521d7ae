/** The headers by which a request to a loopback server says where it came from. */
export interface RequestOrigin {
  readonly host?: string | undefined;
  readonly origin?: string | undefined;
}

/**
 * Whether a request was meant for this server and made by its own pages. A foreign page whose name was made to point
 * at 127.0.0.1 (DNS rebinding) shows itself in Host; any other foreign page in Origin.
 *
 * @param needsOrigin  true for WebSockets, whose Origin browsers always send; a plain GET of the same origin has none
 */
export function isOwnRequest(request: RequestOrigin, port: number, needsOrigin: boolean): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (request.host === undefined || !hosts.includes(request.host)) return false;
  if (request.origin === undefined) return !needsOrigin;
  return request.origin === `http://${request.host}`;
}
