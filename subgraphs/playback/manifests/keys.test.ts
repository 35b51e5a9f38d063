import { expect, it } from 'vitest';
import { keyPath, resolveKey } from './keys.ts';

it('resolves a reference against the key of its manifest', () => {
  expect(resolveKey('ast/job/master.m3u8', '720p/index.m3u8')).toBe('ast/job/720p/index.m3u8');
  expect(resolveKey('ast/job/720p/index.m3u8', './seg%201.m4s')).toBe('ast/job/720p/seg 1.m4s');
  expect(keyPath('ast/job/seg 1.m4s')).toBe('ast/job/seg%201.m4s');
});

it.each([
  '../other/init.mp4',
  '/init.mp4',
  'https://elsewhere.test/init.mp4',
  '//elsewhere.test/x',
  '%2e%2e/x',
  '..%2fx',
])('follows no reference out of the folder of the manifest: %s', (reference) => {
  expect(() => resolveKey('ast/job/master.m3u8', reference)).toThrow('outside');
});
