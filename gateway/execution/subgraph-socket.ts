import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import buildConnector from 'undici/lib/core/connect.js';

/** A connection, and what has arrived on it just now. */
interface SubgraphSocket extends Socket {
  arrived: Buffer | undefined;
}

/** What all of them read into, one after the other. */
const arriving = Buffer.allocUnsafeSlow(65_536);

/**
 * Opens connections for undici that pass on at once what arrives. By itself a socket takes 64 KiB of memory for each piece
 * that it reads, puts it into its stream and says so in a later turn. What undici does not take at once goes that way.
 * @param timeout milliseconds until a connection must be there
 */
export function createConnector(timeout: number): buildConnector.connector {
  const onread = { buffer: arriving, callback: passOn as (size: number, buffer: Uint8Array) => boolean };
  // types know of it for sockets without TLS only
  const connect = buildConnector({ timeout, onread } as buildConnector.BuildOptions);
  return (target, done) => {
    connect(target, (...opened) => {
      const [, socket] = opened;
      if (socket) Object.assign(socket, { arrived: undefined, read: readArrived });
      done(...opened);
    });
  };
}

/** Called by node with what has arrived. @returns whether to read on */
function passOn(this: SubgraphSocket, size: number): boolean {
  // a copy: undici keeps pieces of it until the head of an answer is whole, and the answer is kept until it is
  this.arrived = Buffer.from(arriving.subarray(0, size));
  this.emit('readable');
  const left = this.arrived;
  this.arrived = undefined;
  return left ? this.push(left) : true;
}

function readArrived(this: SubgraphSocket, size?: number): unknown {
  const { arrived } = this;
  if (!arrived) return Duplex.prototype.read.call(this, size);
  this.arrived = undefined;
  return arrived;
}
