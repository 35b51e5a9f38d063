import { pageSize } from '../../../platform/pagination.ts';
import { present } from '../loaders.ts';
import type { PersonResolvers } from '../generated/resolvers.ts';

export const Person: PersonResolvers = {
  async titles({ id }, { first }, { loaders }) {
    const directed = (await loaders.directedBy.load(id)).slice(0, pageSize(first));
    return present(await Promise.all(directed.map(({ titleId }) => loaders.title.load(titleId))));
  },
};
