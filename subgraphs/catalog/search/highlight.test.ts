import { describe, expect, it } from 'vitest';
import { highlight } from './highlight.ts';

describe('a highlighted name', () => {
  it.each([
    ['The Matrix', 'matrix', 'The <em>Matrix</em>'],
    ['The Matrix', 'matr', 'The <em>Matr</em>ix'],
    ['The Matrix', 'martix', 'The <em>Matrix</em>'],
    ["Le Fabuleux destin d'Amélie Poulain", 'amelie', 'Le Fabuleux destin d&#39;<em>Amélie</em> Poulain'],
    ['Star Wars: The Clone Wars', 'starwars', '<em>Star Wars</em>: The Clone Wars'],
    ['Star Wars: The Clone Wars', 'star wras', '<em>Star</em> <em>Wars</em>: The Clone <em>Wars</em>'],
    ['Tango & Cash', 'cash', 'Tango &amp; <em>Cash</em>'],
    [
      '<script>alert("x")</script>',
      'script',
      '&lt;<em>script</em>&gt;alert(&quot;x&quot;)&lt;/<em>script</em>&gt;',
    ],
    ['Jaws', 'spielberg', 'Jaws'],
    ['Jaws', '', 'Jaws'],
  ])('%s for "%s"', (name, query, expected) => {
    expect(highlight(name, query)).toBe(expected);
  });
});
