import type { Role } from './generated/prisma/client.ts';

const scopesByRole: Record<Role, readonly string[]> = {
  VIEWER: ['catalog:read'],
  EDITOR: ['catalog:read', 'catalog:write', 'media:write'],
  ADMIN: ['catalog:read', 'catalog:write', 'media:write', 'admin'],
};

/** Every scope there is. */
export const knownScopes: readonly string[] = scopesByRole.ADMIN;

/** What an account with these roles may do. */
export const scopesOf = (roles: readonly Role[]): string[] => [
  ...new Set((['VIEWER', ...roles] as const).flatMap((role) => scopesByRole[role])),
];
