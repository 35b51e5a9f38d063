import { requireScope } from '../../platform/viewer.ts';
import type { Context } from './context.ts';
import type { Role } from './generated/prisma/client.ts';
import { refused } from './refusals.ts';
import { endSessions } from './sessions.ts';

const allRoles: readonly Role[] = ['VIEWER', 'EDITOR', 'ADMIN'];

/**
 * Sets what an account may do. Access tokens carry scopes, so its sign-ins end: the next ones have the new scopes.
 * Keys follow at once, since what they may do is cut to what their owner may.
 */
export async function setRoles(
  { parts, viewer, account }: Context,
  { userId, roles }: { userId: string; roles: readonly Role[] },
) {
  requireScope(viewer, 'admin');
  const adminId = await account();
  const wanted = allRoles.filter((role) => role === 'VIEWER' || roles.includes(role));
  if (adminId === userId && !wanted.includes('ADMIN'))
    return refused('CONFLICT', 'You cannot take the role from yourself: have another admin do it.', [
      'roles',
    ]);
  return parts.prisma.$transaction(async (tx) => {
    const before = /^[\w-]{1,64}$/.test(userId) ? await tx.user.findUnique({ where: { id: userId } }) : null;
    if (before === null) return refused('NOT_FOUND', 'There is no such account.', ['userId']);
    if (allRoles.filter((role) => before.roles.includes(role)).join() === wanted.join())
      return { user: before, userErrors: [] };
    const user = await tx.user.update({ where: { id: userId }, data: { roles: wanted } });
    await endSessions(tx, { userId });
    return { user, userErrors: [] };
  });
}
