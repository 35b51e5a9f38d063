import type { Viewer } from '../../platform/viewer.ts';
import { hasScope } from '../../platform/viewer.ts';
import { createLoaders, type Loaders } from './loaders.ts';
import type { Parts } from './parts.ts';

/** What resolvers get, made anew for each request. */
export interface Context {
  readonly viewer: Viewer;
  readonly parts: Parts;
  readonly loaders: Loaders;
  /** Whether the viewer may see drafts. */
  readonly drafts: boolean;
}

export function createContext(parts: Parts, viewer: Viewer): Context {
  const drafts = hasScope(viewer, 'catalog:write');
  return { viewer, parts, drafts, loaders: createLoaders(parts, drafts) };
}
