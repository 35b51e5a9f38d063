/**
 * Reads a text in UTF-8 to its end.
 * @param mostBytes after which it is given up, and no more of it is taken
 * @throws if it is longer
 */
export async function textWithin(body: ReadableStream<Uint8Array>, mostBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // leaving the loop ends the stream
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) throw new Error(`it is longer than ${mostBytes / 2 ** 20} MiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
