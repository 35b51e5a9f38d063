import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import buildConnector from 'undici/lib/core/connect.js';

/** A connection, what has arrived on it just now, and the part of a request that waits for the rest. */
interface SubgraphSocket extends Socket {
  arrived: Buffer | undefined;
  begun: string | undefined;
}

/** What all of them read into, one after the other. */
const arriving = Buffer.allocUnsafeSlow(65_536);

/** Bytes up to which the head and the body of a request are put into one text. */
const SHORT = 8_192;

/**
 * Opens connections for undici that pass on at once what arrives, and write a request in one piece. By itself a socket takes
 * 64 KiB of memory for each piece that it reads, puts it into its stream and says so in a later turn; what undici does
 * not take at once goes that way. And it hands a head and a body, which undici corks together, to the system as a list.
 * @param timeout milliseconds until a connection must be there
 */
export function createConnector(timeout: number): buildConnector.connector {
  const onread = { buffer: arriving, callback: passOn as (size: number, buffer: Uint8Array) => boolean };
  // types know of it for sockets without TLS only
  const connect = buildConnector({ timeout, onread } as buildConnector.BuildOptions);
  return (target, done) => {
    connect(target, (...opened) => {
      const [, socket] = opened;
      if (socket) Object.assign(socket, changed);
      done(...opened);
    });
  };
}

const { read, write, cork, uncork } = Duplex.prototype;

const changed = {
  arrived: undefined,
  read(this: SubgraphSocket, size?: number): unknown {
    const { arrived } = this;
    if (!arrived || size === 0) return read.call(this, size);
    this.arrived = undefined;
    return arrived;
  },

  begun: undefined,
  cork(this: SubgraphSocket): void {
    this.begun = '';
  },
  write(this: SubgraphSocket, piece: string | Uint8Array, encoding: BufferEncoding): boolean {
    const { begun } = this;
    if (begun === undefined) return write.call(this, piece, encoding);
    if (piece.length > SHORT) {
      this.begun = undefined;
      cork.call(this);
      if (begun) write.call(this, begun, 'latin1');
      return write.call(this, piece, encoding);
    }
    this.begun += typeof piece === 'string' ? piece : asLatin1(piece);
    return true;
  },
  uncork(this: SubgraphSocket): void {
    const { begun } = this;
    this.begun = undefined;
    if (begun) write.call(this, begun, 'latin1');
    uncork.call(this);
  },

  // the pool closes them: that they keep the process alive until then needs not be said anew with each request
  ref(this: SubgraphSocket): SubgraphSocket {
    return this;
  },
  unref(this: SubgraphSocket): SubgraphSocket {
    return this;
  },
};

/** As text in the encoding of undici's heads, in which each byte is a character. */
const asLatin1 = (bytes: Uint8Array): string =>
  (Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)).toString(
    'latin1',
  );

/** Called by node with what has arrived. @returns whether to read on */
function passOn(this: SubgraphSocket, size: number): boolean {
  // a copy: undici keeps pieces of it until the head of an answer is whole, and the answer is kept until it is
  this.arrived = Buffer.from(arriving.subarray(0, size));
  this.emit('readable');
  const left = this.arrived;
  this.arrived = undefined;
  return left ? this.push(left) : true;
}
