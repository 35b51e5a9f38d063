import { createServer } from 'node:net';
import { HOST, type Addresses, type Place } from './addresses.ts';

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });

/**
 * Looks before anything is started whether all ports of a platform are free.
 * @param except places that look after themselves: PostgreSQL ends what an earlier start left behind
 * @throws with one sentence that names the ports and the remedy
 */
export async function requireFreePorts(addresses: Addresses, except: readonly Place[]): Promise<void> {
  const places = addresses.places.filter((place) => !except.includes(place));
  const taken: string[] = [];
  for (const place of places)
    if (!(await isFree(addresses.port(place)))) taken.push(`${addresses.port(place)} (${place})`);
  if (taken.length === 0) return;
  const [port, are] = taken.length === 1 ? ['Port', 'is'] : ['Ports', 'are'];
  throw new Error(
    `${port} ${taken.join(', ')} ${are} in use. Is another platform running? Stop it, or start this one beside it with another PORT, such as PORT=${addresses.port('gateway') + 1000} npm start.`,
  );
}
