/** Stands for a bucket while a relative reference is resolved. */
const BASE = 'https://bucket.invalid/';

/** A key as the path of a URL. */
export const keyPath = (key: string): string => key.split('/').map(encodeURIComponent).join('/');

/**
 * The key that a manifest's reference names (RFC 3986, section 5).
 * @throws if it leads to another place than the manifest's own folder
 */
export function resolveKey(manifestKey: string, reference: string): string {
  const url = new URL(reference, BASE + keyPath(manifestKey));
  const key = decodeURIComponent(url.pathname.slice(1));
  const folder = manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1);
  if (`${url.origin}/` !== BASE || !key.startsWith(folder) || key.split('/').includes('..'))
    throw new Error(`The manifest ${manifestKey} leads outside of its folder: ${reference}`);
  return key;
}
