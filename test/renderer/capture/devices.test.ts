import { describe, expect, it } from 'vitest';
import { type DeviceInfo, hasMicrophone, microphoneChoices, plainName } from '../../../renderer/capture/devices.ts';

const input = (deviceId: string, label: string): DeviceInfo => ({ kind: 'audioinput', deviceId, label });

describe('the microphones to choose from', () => {
  it('are the real ones, each once, behind the system’s default', () => {
    const choices = microphoneChoices([
      input('default', 'Default - USB Audio (0d8c:0014)'),
      input('communications', 'Communications - USB Audio (0d8c:0014)'),
      input('a', 'USB Audio (0d8c:0014)'),
      input('b', 'Headset'),
      { kind: 'audiooutput', deviceId: 'c', label: 'Loudspeaker' },
    ]);
    expect(choices).toEqual([
      { id: '', name: 'System default: USB Audio' },
      { id: 'a', name: 'USB Audio' },
      { id: 'b', name: 'Headset' },
    ]);
  });

  it('are only the default while the browser keeps ids and names to itself', () => {
    expect(microphoneChoices([input('', '')])).toEqual([{ id: '', name: 'System default' }]);
  });

  it('have a name even where the browser knows none', () => {
    expect(microphoneChoices([input('a', ''), input('b', '')]).map((choice) => choice.name)).toEqual([
      'System default',
      'Microphone 1',
      'Microphone 2',
    ]);
  });

  it('keep brackets that are no hardware id', () => {
    expect(plainName('Microphone (Realtek Audio)')).toBe('Microphone (Realtek Audio)');
  });

  it('are there only when there is an input', () => {
    expect(hasMicrophone([{ kind: 'audiooutput', deviceId: 'c', label: '' }])).toBe(false);
    expect(hasMicrophone([input('', '')])).toBe(true);
  });
});
