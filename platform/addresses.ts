import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/**
 * An address in its one spelling: without brackets, port and zone, IPv6 as RFC 5952 writes it.
 * @param text as proxies write it: `203.0.113.9:1234`, `[2001:DB8::1]:443`, `::ffff:203.0.113.9`
 * @returns undefined for what is no address
 */
export function canonicalAddress(text: string): string | undefined {
  // most are that, and known to be at once
  if (isIPv4(text)) return text;
  const [, bracketed, withPort] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(text) ?? [];
  const address = bracketed ?? withPort ?? text;
  if (isIPv6(address)) return unmapped(new SocketAddress({ address, family: 'ipv6' }).address);
  return isIPv4(address) ? address : undefined;
}

/** The IPv4 address in one that IPv6 maps it into, as sockets that listen to both tell it; any other as it is. */
export const unmapped = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;

/**
 * What limits per address count: an IPv4 address itself, and of an IPv6 address its /64, since one subscriber has at
 * least that much (RFC 4291, section 2.5.4; RFC 6177).
 * @param address in its one spelling; `unknown` if not given
 */
export function networkOf(address = 'unknown'): string {
  if (!address.includes(':')) return address;
  const [head = [], tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = tail ? Array.from({ length: 8 - head.length - tail.length }, () => '0') : [];
  return `${[...head, ...zeros, ...(tail ?? [])].slice(0, 4).join(':')}::/64`;
}
