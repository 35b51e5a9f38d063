import { createApiKey, revokeApiKey } from '../api-keys.ts';
import { confirmEmail, resendConfirmation } from '../email-confirmation.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { confirmMfa, disableMfa, enableMfa } from '../mfa.ts';
import { changePassword, requestPasswordReset, resetPassword } from '../password-changes.ts';
import { createProfile, deleteProfile, updateProfile } from '../profiles.ts';
import { refreshTokens } from '../refresh-tokens.ts';
import { register } from '../register.ts';
import { setRoles } from '../roles.ts';
import { logout, revokeSession, signOut } from '../sessions.ts';
import { signIn, verifyMfa } from '../sign-in.ts';

export const Mutation: MutationResolvers = {
  register: (_parent, { input }, context) => register(context, input),
  confirmEmail: (_parent, { token }, context) => confirmEmail(context, token),
  resendConfirmation: (_parent, _arguments, context) => resendConfirmation(context),
  login: (_parent, { input }, context) => signIn(context, input),
  verifyMfa: (_parent, input, context) => verifyMfa(context, input),
  refreshTokens: (_parent, { refreshToken }, context) => refreshTokens(context.parts, refreshToken),
  logout: (_parent, _arguments, context) => logout(context),
  revokeSession: (_parent, { sessionId }, context) => revokeSession(context, sessionId),
  logoutEverywhere: (_parent, _arguments, context) => signOut(context),
  requestPasswordReset: (_parent, { email }, context) => requestPasswordReset(context, email),
  resetPassword: (_parent, input, context) => resetPassword(context, input),
  changePassword: (_parent, input, context) => changePassword(context, input),
  enableMfa: (_parent, _arguments, context) => enableMfa(context),
  confirmMfa: (_parent, { code }, context) => confirmMfa(context, code),
  disableMfa: (_parent, { code }, context) => disableMfa(context, code),
  createProfile: (_parent, { input }, context) => createProfile(context, input),
  updateProfile: (_parent, { input }, context) => updateProfile(context, input),
  deleteProfile: (_parent, input, context) => deleteProfile(context, input),
  createApiKey: (_parent, input, context) => createApiKey(context, input),
  revokeApiKey: (_parent, { id }, context) => revokeApiKey(context, id),
  setRoles: (_parent, input, context) => setRoles(context, input),
};
