import { expect, test } from 'vitest';
import { canonicalAddress, networkOf } from './addresses.ts';

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['203.0.113.9:1234', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['::FFFF:cb00:7109', '203.0.113.9'],
  ['[::ffff:203.0.113.9]:80', '203.0.113.9'],
  ['2001:DB8::9', '2001:db8::9'],
  ['2001:0db8:0:0:0:0:0:9', '2001:db8::9'],
  ['[2001:db8::9]', '2001:db8::9'],
  ['[2001:db8::9]:443', '2001:db8::9'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::1', '::1'],
])('%s is %s', (text, address) => expect(canonicalAddress(text)).toBe(address));

test.each([
  '',
  'unknown',
  '203.0.113',
  '203.0.113.256',
  '010.0.0.1',
  '2001:db8::9::1',
  '[2001:db8::9',
  '1.2.3.4:x',
])('"%s" is no address', (text) => expect(canonicalAddress(text)).toBeUndefined());

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['2001:db8::3:4:5:6:7', '2001:db8:0:3::/64'],
  ['2001:db8:0:3:4:5:6:7', '2001:db8:0:3::/64'],
  ['::1', '0:0:0:0::/64'],
  ['1::', '1:0:0:0::/64'],
  ['unknown', 'unknown'],
])('limits count %s as %s', (address, network) => expect(networkOf(address)).toBe(network));
