import { LRUCache } from 'lru-cache';
import { signViewer, type Viewer } from '../../../platform/viewer.ts';

/** The signed header for a viewer; undefined where the gateway has no secret and therefore vouches for nobody. */
export type ViewerSigner = (viewer: Viewer) => string | undefined;

/** How long a signature is used again. Far below its lifetime of 60 s, so that a slow subgraph still accepts it. */
const REUSE_MILLISECONDS = 10_000;

/** Signs viewers; within some seconds one viewer is signed once, however many requests and fetches there are. */
export function createViewerSigner(secret: string | undefined): ViewerSigner {
  if (secret === undefined) return () => undefined;
  const signatures = new LRUCache<string, string>({ max: 5_000, ttl: REUSE_MILLISECONDS });
  return (viewer) => {
    const key = JSON.stringify(viewer);
    const known = signatures.get(key);
    if (known !== undefined) return known;
    const signature = signViewer(viewer, secret);
    signatures.set(key, signature);
    return signature;
  };
}
