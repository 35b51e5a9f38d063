import { requireScope, type Viewer } from '../../../platform/viewer.ts';
import { createMovie } from '../create-movie.ts';
import type { Title } from '../generated/prisma/client.ts';
import type { MutationResolvers } from '../generated/resolvers.ts';
import { publishTitle } from '../publish-title.ts';
import { isRefused, type Refused } from '../refusals.ts';
import { updateMovie } from '../update-movie.ts';

/** @throws `UNAUTHENTICATED` or `FORBIDDEN` unless the viewer may change the catalogue */
const requireEditor = (viewer: Viewer): void => requireScope(viewer, 'catalog:write');

const moviePayload = (outcome: Title | Refused) =>
  isRefused(outcome) ? outcome : { movie: outcome, userErrors: [] };
const titlePayload = (outcome: Title | Refused) =>
  isRefused(outcome) ? outcome : { title: outcome, userErrors: [] };

export const Mutation: MutationResolvers = {
  async createMovie(_root, { input }, { viewer, parts }) {
    requireEditor(viewer);
    return moviePayload(await createMovie(parts, input));
  },
  async updateMovie(_root, { titleId, input }, { viewer, parts }) {
    requireEditor(viewer);
    return moviePayload(await updateMovie(parts, titleId, input));
  },
  async publishTitle(_root, { titleId }, { viewer, parts }) {
    requireEditor(viewer);
    return titlePayload(await publishTitle(parts, titleId, true));
  },
  async unpublishTitle(_root, { titleId }, { viewer, parts }) {
    requireEditor(viewer);
    return titlePayload(await publishTitle(parts, titleId, false));
  },
};
