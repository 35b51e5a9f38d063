/**
 * A place in an answer, whatever the lists on the way: the keys from the root on, with dots between them. The root is
 * the empty place.
 */
export const placeIn = (place: string, key: string): string => (place === '' ? key : `${place}.${key}`);

/** The place of a path in a plan (`shelves`, `@`, `title|[Movie]`) or in an answer, from another place on. */
export function placeOf(from: string, path: readonly (string | number)[]): string {
  let place = from;
  for (const element of path) {
    const [key = ''] = String(element).split('|');
    if (typeof element !== 'number' && key !== '@' && key !== '') place = placeIn(place, key);
  }
  return place;
}

/** The place and all those around it, the outermost first; without the root. */
export function placesTo(place: string): string[] {
  const keys = place === '' ? [] : place.split('.');
  return keys.map((_key, index) => keys.slice(0, index + 1).join('.'));
}
