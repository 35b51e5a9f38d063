import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** Of a socket of which nobody else hears. */
export function destroy(this: Duplex): void {
  this.destroy();
}

/**
 * Waits until all that came before on the same connection is answered: node would never come back to a request that is
 * declined, and an answer after a change of protocol would stand in the midst of the new one.
 */
export function afterAnswers(socket: Duplex, proceed: () => void): void {
  const { _httpMessage: answering } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  if (!answering) return proceed();
  // node listens no more: an error that nobody hears of would end the process, and answers that nobody reads stay for ever
  socket.on('error', destroy).on('timeout', destroy);
  answering.once('close', () => {
    // ended by the answer, or by an error that is yet to be told
    if (!socket.writable) return;
    socket.off('error', destroy).off('timeout', destroy);
    afterAnswers(socket, proceed);
  });
}

/** Headers that offer another protocol. */
const offers = /^(?:upgrade|http2-settings|connection)$/i;

/**
 * Serves a request as if it had offered no other protocol (https://www.rfc-editor.org/rfc/rfc9110#name-upgrade): Java's
 * client, say, offers HTTP/2 with its first request. Where somebody listens for upgrades, node hands over all of them.
 */
export function declineUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (!offers.test(rawHeaders[index] ?? '')) lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** Refuses what comes with an upgrade. @param status with its reason phrase: `404 Not Found` */
export function refuseUpgrade(socket: Duplex, status: string): void {
  // nobody reads it any more, so that it would never notice its other end going
  socket.once('finish', destroy).once('timeout', destroy);
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
