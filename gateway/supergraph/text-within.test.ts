import { expect, test } from 'vitest';
import { textWithin } from './text-within.ts';

const streamOf = (bytes: Uint8Array, size: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.subarray(at, at + size));
      controller.close();
    },
  });

test('a text is read whole, wherever its characters are cut', async () => {
  const text = 'größer als 10 € 🎬';
  const bytes = Buffer.from(text);
  for (const size of [1, 2, 3, 100]) expect(await textWithin(streamOf(bytes, size), bytes.length)).toBe(text);
  expect(await textWithin(streamOf(Buffer.from([]), 1), 0)).toBe('');
});

test('one that is a byte too long is refused', async () => {
  const bytes = Buffer.alloc(2 ** 20 + 1, '#');
  await expect(textWithin(streamOf(bytes, 1_000), 2 ** 20)).rejects.toThrow('it is longer than 1 MiB');
});
