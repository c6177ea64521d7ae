import { strings } from '../strings.ts';

/** A microphone that can be chosen. `id` is `''` for the system's default. */
export interface MicrophoneChoice {
  readonly id: string;
  readonly name: string;
}

/** What the browser knows of a device; ids and labels are empty until the microphone was allowed once. */
export type DeviceInfo = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>;

/** The microphones of this computer, the system's default first. Aliases of others are left out. */
export function microphoneChoices(devices: readonly DeviceInfo[]): MicrophoneChoice[] {
  const real = devices.filter(
    (device) => device.kind === 'audioinput' && !['', 'default', 'communications'].includes(device.deviceId),
  );
  const alias = devices.find((device) => device.kind === 'audioinput' && device.deviceId === 'default');
  return [
    { id: '', name: strings.microphone.systemDefault(plainName(alias?.label ?? '')) },
    ...real.map((device, index) => ({
      id: device.deviceId,
      name: plainName(device.label) || strings.microphone.unnamed(index + 1),
    })),
  ];
}

/** Whether there is any microphone, as far as the browser tells. */
export function hasMicrophone(devices: readonly DeviceInfo[]): boolean {
  return devices.some((device) => device.kind === 'audioinput');
}

/** A device's label without the hardware id that browsers put behind it: "USB Audio (0d8c:0014)" is "USB Audio". */
export function plainName(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '').replace(/^Default - /, '');
}

/**
 * Keeps the list of devices up to date. The function returned ends that.
 * @param onDevices  called at once, and whenever a device came or went; only then is `changed` true
 */
export function watchDevices(onDevices: (devices: readonly DeviceInfo[], changed: boolean) => void): () => void {
  // Absent where the page is not served securely; Heed's always is.
  const media = navigator.mediaDevices as MediaDevices | undefined;
  if (!media) return () => undefined;
  const tell = (changed: boolean): void =>
    void media.enumerateDevices().then(
      (devices) => onDevices(devices, changed),
      () => onDevices([], changed),
    );
  const tellChange = (): void => tell(true);
  media.addEventListener('devicechange', tellChange);
  tell(false);
  return () => media.removeEventListener('devicechange', tellChange);
}
