import { expect, test } from 'vitest';
import { createObjectText } from './object-text.ts';

type Kind = 'string' | 'required' | 'number' | 'constant';
const kinds: readonly Kind[] = ['string', 'required', 'number', 'constant'];

/** All ways to take four of some. */
const fours = <One>(some: readonly One[]): One[][] =>
  some.flatMap((a) => some.flatMap((b) => some.flatMap((c) => some.map((d) => [a, b, c, d]))));

/** A function that writes an object of fields `f0` to `f3`. */
function writer(fields: readonly Kind[]): (object: object) => string {
  const text = createObjectText();
  fields.forEach((kind, index) => {
    const start = `${index === 0 ? '{' : ','}"f${index}":`;
    if (kind === 'constant') text.add(`${start}"c"`);
    else if (kind === 'number') text.put(start, `o.f${index}`);
    else text.putString(start, `o.f${index}`, 'String', kind === 'string');
  });
  text.add('}');
  // oxlint-disable-next-line typescript/no-implied-eval -- what is tested is code
  return new Function('o', text.code()) as (object: object) => string;
}

test('quotes are closed after strings, and where there is null there are none, whatever stands beside them', () => {
  let written = 0;
  for (const fields of fours(kinds)) {
    const write = writer(fields);
    for (const nulls of fours([false, true])) {
      const object = Object.fromEntries(
        fields.map((kind, index) => {
          if (kind === 'constant') return [`f${index}`, 'c'];
          if (kind === 'number') return [`f${index}`, index];
          return [`f${index}`, kind === 'string' && nulls[index] ? null : `s${index}`];
        }),
      );
      expect(write(object)).toBe(JSON.stringify(object));
      written += 1;
    }
  }
  expect(written).toBe(4 ** 4 * 2 ** 4);
});

test('what is absent is null, and what is the same in every answer is one text', () => {
  expect(writer(['string', 'string', 'number', 'constant'])({ f1: 'b', f2: 1 })).toBe(
    '{"f0":null,"f1":"b","f2":1,"f3":"c"}',
  );
  const text = createObjectText();
  text.add('{"a":"b"');
  text.add('}');
  expect(text.code()).toBe(`return ${JSON.stringify('{"a":"b"}')};`);
});
