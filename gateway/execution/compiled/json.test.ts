import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { narrow } from './json.ts';

/** Whether V8 keeps a text with one byte a character, as its wire format tells. */
const isNarrow = (text: string): boolean => serialize(text).includes(`"${String.fromCharCode(text.length)}`);

test('what was cut out of a wide text is narrow again, and what is wide remains', () => {
  const cut = 'topProducts { upc name } – and more'.slice(0, 24);
  expect(isNarrow(cut)).toBe(false);
  expect(isNarrow(narrow(cut))).toBe(true);
  expect(narrow(cut)).toBe('topProducts { upc name }');
  expect(narrow('名前 – ü')).toBe('名前 – ü');
});
