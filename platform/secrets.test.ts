import { expect, it } from 'vitest';
import { isSecret } from './secrets.ts';

it('a secret is known by its whole text, and by nothing else', () => {
  expect(isSecret('Bearer secret', 'Bearer secret')).toBe(true);
  for (const given of ['', 'Bearer secret ', 'bearer secret', 'Bearer', undefined, ['Bearer secret']])
    expect(isSecret(given, 'Bearer secret')).toBe(false);
});
