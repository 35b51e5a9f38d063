import { expect, test } from 'vitest';
import type { JsonObject } from './json.ts';
import { compileObjectsAt, parsePath } from './paths.ts';
import { createRandom, seedOf, type Random } from './testing/random.ts';

const keys = ['a', 'b', 'constructor', '__proto__', 'with space'];
const types = ['Film', 'Book', 'Song'];

/** What subgraphs may send, and what they should not. */
function anyValue(random: Random, depth: number): unknown {
  const kind = depth === 0 ? 9 : random.below(10);
  if (kind < 5) return anyObject(random, depth);
  if (kind < 8) return Array.from({ length: random.below(4) }, () => anyValue(random, depth - 1));
  return random.pick([null, undefined, 'text', 7, true]);
}

function anyObject(random: Random, depth: number): JsonObject {
  const object: JsonObject = {};
  if (random.chance(70)) object['__typename'] = random.pick([...types, null, 7]);
  for (const key of keys)
    if (random.chance(60))
      Object.defineProperty(object, key, {
        value: anyValue(random, depth - 1),
        enumerable: true,
        configurable: true,
        writable: true,
      });
  return object;
}

const anyPath = (random: Random): string[] =>
  Array.from({ length: random.below(5) }, () => {
    const name = random.pick(['@', '@', '', ...keys]);
    return random.chance(25) ? `${name}|[${types.slice(0, 1 + random.below(2)).join(',')}]` : name;
  });

test('a path leads to the same objects as code and before it is code', () => {
  const random = createRandom(seedOf(process.env));
  let found = 0;
  for (let round = 0; round < 2_000; round++) {
    const path = anyPath(random);
    const objectsAt = compileObjectsAt(parsePath(path));
    const root = anyObject(random, 5);
    const first = objectsAt(root);
    found += first.length;
    for (let times = 0; times < 5; times++) {
      const again = objectsAt(root);
      expect(again.length, path.join('.')).toBe(first.length);
      for (const [index, object] of again.entries()) expect(object).toBe(first[index]);
    }
  }
  expect(found).toBeGreaterThan(200);
});
