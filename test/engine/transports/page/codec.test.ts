import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../../src/engine/transports/page/codec.ts';

describe('the MessagePack codec', () => {
  it('gives back sound as the same type with the same bits, wherever it lies in the message', () => {
    const floats = fc.float32Array({ maxLength: 50 });
    const integers = fc.int16Array({ maxLength: 50 });
    fc.assert(
      fc.property(fc.string(), floats, integers, (text, samples, pcm) => {
        const back = decodeMessage(encodeMessage({ text, samples, pcm }));
        expect(back).toEqual({ text, samples, pcm });
      }),
    );
  });

  it('encodes only the part of a buffer that a view shows', () => {
    const view = new Float32Array([1, 2, 3, 4]).subarray(1, 3);
    expect(decodeMessage(encodeMessage(view))).toEqual(new Float32Array([2, 3]));
  });

  it("decodes from a Node Buffer, whose memory is shared, as from a page's bytes", () => {
    const samples = new Float32Array([1, 2]);
    expect(decodeMessage(Buffer.from(encodeMessage({ samples })))).toEqual({ samples });
  });

  it('leaves out fields that are undefined, so that an optional input stays absent', () => {
    expect(decodeMessage(encodeMessage({ modelId: undefined, a: 1 }))).toEqual({ a: 1 });
  });

  it('refuses a sound whose bytes do not divide into samples', () => {
    const torn = Uint8Array.from([0xc7, 3, 1, 0, 0, 0]); // ext 8: three bytes of type 1
    expect(() => decodeMessage(torn)).toThrow(/3 bytes/);
  });

  it('refuses an array that promises millions of elements', () => {
    expect(() => decodeMessage(Uint8Array.from([0xdd, 0x7f, 0xff, 0xff, 0xff]))).toThrow(/array length/i);
  });

  it('either decodes or throws an Error on mutated messages, and never hangs or pollutes prototypes', () => {
    const message = encode({ kind: 'call', id: 1, name: 'listen.push', input: { session: 's', samples: [1, 2, 3] } });
    const mutation = fc.tuple(fc.nat(message.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), fc.nat(message.length), (changes, cut) => {
        const mutated = message.slice(0, cut);
        for (const [at, byte] of changes) if (at < cut) mutated[at] = byte;
        try {
          decodeMessage(mutated);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});
