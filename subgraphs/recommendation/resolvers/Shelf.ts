import { connectionOf, decodeCursor, pageSize } from '../../../platform/pagination.ts';
import type { ShelfResolvers } from '../generated/resolvers.ts';

export const Shelf: ShelfResolvers = {
  becauseOf: ({ becauseOf }) => (becauseOf === null ? null : { id: becauseOf }),
  titles({ titleIds }, page) {
    const first = pageSize(page.first);
    const start =
      page.after === null || page.after === undefined ? 0 : Number(decodeCursor(page.after, 1)[0]) + 1;
    const rows = titleIds
      .slice(start, start + first + 1)
      .map((id, offset) => ({ id, position: start + offset }));
    const { edges, pageInfo } = connectionOf(rows, { first, after: page.after }, ({ position }) => [
      position,
    ]);
    return { edges, pageInfo, totalCount: titleIds.length };
  },
};
