'use strict';
/* global window */
/**
 * Calls between the page's world and the preload's: two worlds of scripts that share one document and no objects. Events
 * are dispatched synchronously across worlds, so a call can return its value. Functions become proxies, promises stay
 * promises, all else is copied. The windows run the source of this function; it may use nothing from outside itself.
 *
 * @param {string} name   secret to the two worlds
 * @param {string} here   this world; `there` is the other
 * @param {Function} root what the other world reaches first: calling `root` there
 * @returns {Function} the other world's root
 */
function createWorldBridge(codec, name, here, there, root) {
  const functions = [root];
  let lastAnswer;

  const isPlain = (value) => value !== null && typeof value === 'object' && value.constructor === Object;
  const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([k, v]) => [k, change(v)]));
  const share = (value) => {
    if (typeof value === 'function') return { bridged: 'function', id: functions.push(value) - 1 };
    if (value instanceof Promise)
      return { bridged: 'promise', id: functions.push((resolve, reject) => void value.then(resolve, reject)) - 1 };
    if (Array.isArray(value)) return value.map(share);
    return isPlain(value) ? mapValues(value, share) : value;
  };
  const take = (value) => {
    if (Array.isArray(value)) return Object.freeze(value.map(take));
    if (!isPlain(value)) return value;
    const call = (...args) => callThere(value.id, args);
    if (value.bridged === 'function') return call;
    if (value.bridged === 'promise') return new Promise((resolve, reject) => call(resolve, reject));
    return Object.freeze(mapValues(value, take));
  };
  const dispatch = (event, detail) => window.dispatchEvent(new CustomEvent(event, { detail: codec.encode(detail) }));
  const callThere = (id, args) => {
    dispatch(`${name}-call-${there}`, { id, args: share(args) });
    const { value, error } = codec.decode(lastAnswer);
    if (error) throw error;
    return take(value);
  };

  window.addEventListener(`${name}-answer-${here}`, (event) => {
    lastAnswer = event.detail;
  });
  window.addEventListener(`${name}-call-${here}`, (event) => {
    const { id, args } = codec.decode(event.detail);
    let answer;
    try {
      answer = { value: share(functions[id](...take(args))) };
    } catch (error) {
      answer = { error: error instanceof Error ? error : new Error(String(error)) };
    }
    dispatch(`${name}-answer-${there}`, answer);
  });
  return (...args) => callThere(0, args);
}

module.exports = { createWorldBridge };
