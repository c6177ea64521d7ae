import { systemPreferences, type Session } from 'electron';

/** Tells whether a URL or origin is the studio's own. */
export type IsStudio = (url: string | undefined) => boolean;

/** Whether a page may have what it asks for: the studio a microphone, and nobody anything else. */
export function allowsRequest(
  isStudio: IsStudio,
  permission: string,
  details: { readonly requestingUrl?: string | undefined; readonly mediaTypes?: readonly string[] | undefined },
): boolean {
  const { requestingUrl, mediaTypes = [] } = details;
  if (permission !== 'media' || !isStudio(requestingUrl)) return false;
  return mediaTypes.length > 0 && mediaTypes.every((type) => type === 'audio');
}

/** As `allowsRequest`, for Chromium's question whether it would be allowed, which it asks before it lists devices. */
export function allowsCheck(
  isStudio: IsStudio,
  permission: string,
  requestingOrigin: string | undefined,
  details: { readonly mediaType?: string | undefined },
): boolean {
  return permission === 'media' && isStudio(requestingOrigin) && details.mediaType === 'audio';
}

/** Lets the studio use the microphone, and refuses every other permission and device to everybody. */
export function guardPermissions(session: Session, isStudio: IsStudio): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) => {
    if (!allowsRequest(isStudio, permission, details)) return decide(false);
    askSystem().then(decide, () => decide(false));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) =>
    allowsCheck(isStudio, permission, origin, details),
  );
  session.setDevicePermissionHandler(() => false);
}

/** macOS has a permission of its own, which it asks the user for once. */
async function askSystem(): Promise<boolean> {
  return process.platform === 'darwin' ? systemPreferences.askForMediaAccess('microphone') : true;
}
