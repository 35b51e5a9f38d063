import { forbidden } from '../../platform/errors.ts';
import { requireUser, type Viewer } from '../../platform/viewer.ts';

/** Bills and memberships are seen by the user they belong to. @throws `UNAUTHENTICATED`, or `FORBIDDEN` for another */
export function requireOwner(viewer: Viewer, userId: string): void {
  if (requireUser(viewer) !== userId) throw forbidden('This belongs to another account.');
}
