'use strict';
/**
 * What structured clone does to a message, over a channel of text: numbers JSON lacks, undefined, dates, errors, maps,
 * sets and binary data survive; functions, symbols and cycles are refused. The windows run the source of this very
 * function, so it may use nothing from outside itself.
 */
function createCodec() {
  const toBase64 = (bytes) => {
    let text = '';
    for (let i = 0; i < bytes.length; i += 0x8000)
      text += String.fromCharCode.apply(null, bytes.subarray(i, i + 0x8000));
    return btoa(text);
  };
  const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([k, v]) => [k, change(v)]));

  const pack = (value, above) => {
    if (value === undefined) return { $: 'undefined' };
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number')
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: 'number', value: Object.is(value, -0) ? '-0' : String(value) };
    if (typeof value === 'bigint') return { $: 'bigint', value: String(value) };
    if (typeof value !== 'object' || above.includes(value)) throw new TypeError('An object could not be cloned.');
    if (value instanceof Date) return { $: 'date', value: value.getTime() };
    if (value instanceof Error)
      return { $: 'error', value: { name: value.name, message: value.message, stack: value.stack } };
    if (value instanceof ArrayBuffer) return { $: 'ArrayBuffer', value: toBase64(new Uint8Array(value)) };
    if (ArrayBuffer.isView(value)) {
      const kind = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name;
      return { $: kind, value: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    const inside = [...above, value];
    const packInside = (part) => pack(part, inside);
    if (value instanceof Map) return { $: 'map', value: [...value].map(packInside) };
    if (value instanceof Set) return { $: 'set', value: [...value].map(packInside) };
    if (Array.isArray(value)) return value.map(packInside);
    const object = mapValues(value, packInside);
    return '$' in object ? { $: 'object', value: object } : object;
  };

  const unpackers = {
    undefined: () => undefined,
    number: (value) => Number(value),
    bigint: (value) => BigInt(value),
    date: (value) => new Date(value),
    error: ({ name, message, stack }) => Object.assign(new Error(message), { name, stack }),
    map: (value) => new Map(value.map(unpack)),
    set: (value) => new Set(value.map(unpack)),
    object: (value) => mapValues(value, unpack),
    ArrayBuffer: (value) => fromBase64(value).buffer,
  };
  function unpack(value) {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map(unpack);
    if (value.$ === undefined) return mapValues(value, unpack);
    const unpacker = unpackers[value.$];
    return unpacker ? unpacker(value.value) : new globalThis[value.$](fromBase64(value.value).buffer);
  }

  return { encode: (value) => JSON.stringify(pack(value, [])), decode: (text) => unpack(JSON.parse(text)) };
}

module.exports = { createCodec };
