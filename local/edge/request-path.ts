/**
 * The path of a request, decoded, if it is one that names a thing by its own name and nothing else. What could mean
 * another place to somebody further on is refused: dot segments, empty segments, backslashes, control characters,
 * and any of these, or a slash or a percent sign, in encoded form.
 * @param target the request's target as it came, `/media/a.mp4?x=1`
 */
export function cleanPath(target: string): string | undefined {
  const path = target.split('?', 1)[0] ?? '';
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!path.startsWith('/') || /%(2e|2f|5c|25|[01][0-9a-f]|7f)|[\\#\0-\x20\x7f]|\/\//i.test(path))
    return undefined;
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return undefined;
  try {
    return decodeURIComponent(path);
  } catch {
    // an escape that is none, or bytes that are no UTF-8
    return undefined;
  }
}
