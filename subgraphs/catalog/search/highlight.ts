/** A word of a name, as written and as compared. */
interface Word {
  readonly start: number;
  readonly end: number;
  readonly key: string;
}

const marks = /[\u0300-\u036f]/g;

/** Lower case, without accents: how `search_key` of the database compares. */
const keyOf = (text: string): string => text.normalize('NFKD').replace(marks, '').toLowerCase();

const wordsOf = (text: string): Word[] =>
  Array.from(text.matchAll(/[\p{L}\p{N}\p{M}]+/gu), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    key: keyOf(match[0]),
  }));

/** As many letters may differ as a slip or two makes. */
const slips = (word: string): number => (word.length < 4 ? 0 : word.length < 8 ? 1 : 2);

/** Edits between two words, neighbours exchanged counting as one (optimal string alignment). */
function distance(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[other.length] ?? 0;
}

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** How much of a word, in letters as written, a typed word matches: its beginning, or all of it but for slips. */
function matchedLength(word: Word, typed: readonly string[]): number {
  const whole = word.end - word.start;
  const begun = typed.filter((text) => word.key.startsWith(text)).map((text) => text.length);
  if (begun.length > 0) return Math.min(whole, Math.max(...begun));
  const slipped = typed.some((text) => slips(text) > 0 && distance(text, word.key) <= slips(text));
  return slipped ? whole : 0;
}

/** How many words from `first` on spell the query without its spaces, as far as the query goes; 0 if they do not. */
function spelledTogether(words: readonly Word[], first: number, compact: string): number {
  let together = '';
  for (let index = first; index < words.length; index++) {
    together += words[index]?.key ?? '';
    if (together.length >= compact.length) return together.startsWith(compact) ? index - first + 1 : 0;
    if (!compact.startsWith(together)) return 0;
  }
  return 0;
}

/**
 * The name with what matches the query between `<em>` and `</em>` and everything else escaped for HTML.
 * @param query what people typed
 */
export function highlight(name: string, query: string): string {
  const words = wordsOf(name);
  const typed = wordsOf(query).map(({ key }) => key);
  const compact = typed.join('');
  const spans: { start: number; end: number }[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as Word;
    const together = compact.length > 2 ? spelledTogether(words, index, compact) : 0;
    if (together > 1) {
      spans.push({ start: word.start, end: (words[index + together - 1] as Word).end });
      index += together - 1;
      continue;
    }
    const length = matchedLength(word, typed);
    if (length > 0) spans.push({ start: word.start, end: word.start + length });
  }
  let marked = '';
  let done = 0;
  for (const { start, end } of spans) {
    marked += `${escaped(name.slice(done, start))}<em>${escaped(name.slice(start, end))}</em>`;
    done = end;
  }
  return marked + escaped(name.slice(done));
}
