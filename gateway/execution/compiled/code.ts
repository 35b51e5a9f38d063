/**
 * Pieces of generated code. All that comes from a document or a schema goes into code through {@link literal} or
 * {@link read}, so that no text of a client's is ever run.
 */

export const literal = (text: string): string => JSON.stringify(text);

const identifier = /^[A-Za-z_]\w*$/;

/** An expression for an object's own property. Names that all objects inherit take a longer way. */
export function read(object: string, key: string): string {
  if (key in Object.prototype) return `own(${object},${literal(key)})`;
  return identifier.test(key) ? `${object}.${key}` : `${object}[${literal(key)}]`;
}

/** A statement that sets an object's own property. */
export const write = (object: string, key: string, value: string): string =>
  key === '__proto__' ? `put(${object},${literal(key)},${value});` : `${object}[${literal(key)}]=${value};`;

/**
 * Makes a function from code.
 * @param scope what the code may use, by name
 * @param code the body of a function that returns the wanted one
 */
export function build<Built>(scope: Record<string, unknown>, code: string): Built {
  // oxlint-disable-next-line typescript/no-implied-eval -- code of our own making: see above
  return new Function(...Object.keys(scope), `'use strict';${code}`)(...Object.values(scope)) as Built;
}

// Characters that JSON escapes, and surrogates, which are only well-formed in pairs.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const escaped = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** A string as JSON, without its quotes. Most need no escaping, and short ones are looked through faster without a pattern. */
export function escape(text: string): string {
  const { length } = text;
  if (length > 40) return escaped.test(text) ? JSON.stringify(text).slice(1, -1) : text;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 32 || code === 34 || code === 92 || (code >= 0xd800 && code <= 0xdfff))
      return JSON.stringify(text).slice(1, -1);
  }
  return text;
}

/** A string as JSON. */
export const quote = (text: string): string => `"${escape(text)}"`;
