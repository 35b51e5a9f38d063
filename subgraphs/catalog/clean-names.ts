import type { Report } from './cleaning-report.ts';

const upperHalf = Uint8Array.from({ length: 128 }, (_, index) => 128 + index);
const macRoman = Array.from(new TextDecoder('macintosh').decode(upperHalf));
/** Windows' Latin-1 from 0x80 to 0x9f; the rest is as in Unicode. Node 20's own decoder has control characters here. */
const latinExtras = Array.from('€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ');
const latin = (byte: number): string => latinExtras[byte - 128] ?? String.fromCharCode(byte);

/**
 * Undoes the reading of Latin-1 bytes as Mac Roman: `LÈon` was `Léon`. A name with a sign that Mac Roman lacks
 * (`Alien³`) was read the right way.
 */
function repairEncoding(name: string): string {
  let repaired = '';
  for (const sign of name.normalize('NFC')) {
    const code = sign.charCodeAt(0);
    const index = code < 128 ? code - 128 : macRoman.indexOf(sign);
    if (code >= 128 && index === -1) return name;
    repaired += latin(index + 128);
  }
  return repaired;
}

const articleLast = /^(.+), (The|A|An)$/;
/** What stands in brackets without being part of the name; other brackets stay. */
const releaseNote = / \((?:\d{4}|IMAX|Theatrical Release|Canadian Release)\)$/;

/** The name as people write it, or null where there is none. */
export function cleanName(raw: string | number | null, report: Report): string | null {
  if (raw === null || String(raw).trim() === '') return null;
  let name = String(raw);
  if (typeof raw === 'number') report.note('name-is-a-number', `${raw}`, JSON.stringify(name));
  const step = (
    rule: 'name-encoding' | 'name-spaces' | 'name-article-last' | 'name-release-note',
    next: string,
  ) => {
    if (next !== name) report.note(rule, name, next);
    name = next;
  };
  step('name-encoding', repairEncoding(name));
  step('name-spaces', name.trim().replace(/\s+/g, ' '));
  step('name-article-last', name.replace(articleLast, '$2 $1'));
  step('name-release-note', name.replace(releaseNote, ''));
  return name;
}

/** `The Naked Gun 2½` becomes `the-naked-gun-2-1-2`: what readable ids are made of. */
export const slug = (name: string): string =>
  name
    .replace(/[¼½¾]/g, ' $&') // or 2½ would become 21-2
    .normalize('NFKD')
    .replace(/[\u0300-\u036f'’.]/g, '')
    .replace(/&/g, ' and ')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** A person from a director's name. */
export function cleanPerson(raw: string | null, report: Report): { id: string; name: string } | null {
  if (raw === null || raw.trim() === '') return null;
  const name = raw.trim().replace(/""/g, '"');
  if (name !== raw) report.note('person-quotes', raw, name);
  return { id: `per_${slug(name)}`, name };
}
