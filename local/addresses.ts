export const subgraphNames = ['user', 'billing', 'catalog', 'playback', 'recommendation'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

/** Everything listens on loopback alone. */
export const HOST = '127.0.0.1';

/** What each port is for, as an offset from PORT. */
const offsets = {
  gateway: 0,
  user: 1,
  billing: 2,
  catalog: 3,
  playback: 4,
  recommendation: 5,
  edge: 6,
  objects: 7,
  mediaconvert: 8,
  stripe: 9,
  mail: 10,
  admin: 11,
  postgres: 12,
  smtp: 13,
} as const;
export type Place = keyof typeof offsets;

export interface Addresses {
  port(place: Place): number;
  /** `http://127.0.0.1:port` */
  url(place: Place): string;
  readonly places: readonly Place[];
}

/** Where each part of a local platform listens, so that platforms with other PORTs run side by side. */
export function addressesFrom(gatewayPort: number): Addresses {
  const port = (place: Place): number => gatewayPort + offsets[place];
  return { port, url: (place) => `http://${HOST}:${port(place)}`, places: Object.keys(offsets) as Place[] };
}
