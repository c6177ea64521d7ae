import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Terminal } from '../../src/cli/terminal.ts';
import { Collector } from './command-line.ts';

describe('Terminal', () => {
  it('writes answers to one stream and everything said beside them to the other', () => {
    const [out, error] = [new Collector(), new Collector()];
    const terminal = new Terminal(out, error);
    terminal.json({ a: 'line\nbreak' });
    terminal.problem('Two\n  lines.');
    terminal.status('never shown where nobody looks');
    expect(out.text).toBe('{"a":"line\\nbreak"}\n');
    expect(error.text).toBe('heed: Two lines.\n');
  });

  it('overwrites a status line on a screen with the next output', () => {
    const [out, error] = [new Collector(), Object.assign(new Collector(), { isTTY: true })];
    const terminal = new Terminal(out, error);
    terminal.status('half');
    terminal.status('done');
    terminal.answer('42');
    terminal.say('after');
    expect(error.text).toBe('\r\x1b[Khalf\r\x1b[Kdone\r\x1b[Kafter\n');
    expect(out.text).toBe('42\n');
  });

  it('takes a closed output for no error, and writes no more', () => {
    const out = new PassThrough();
    const terminal = new Terminal(out, new Collector());
    out.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(terminal.outputClosed).toBe(true);
    terminal.answer('unheard');
    expect(out.read()).toBeNull();
  });
});
