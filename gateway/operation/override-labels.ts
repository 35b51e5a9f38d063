import { createHash, randomUUID } from 'node:crypto';
import {
  isAbstractType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Viewer } from '../../platform/viewer.ts';
import type { Annotations } from '../supergraph/annotations.ts';

/** Which of these labels are active for a viewer, in the order given. */
export type ActiveLabels = (labels: readonly string[], viewer: Viewer) => string[];

/**
 * Labels of progressive `@override`: `percent(10)` is active for ten of a hundred viewers, any other for as many as
 * is configured. A viewer is always on the same side, as long as it is known by user, key or address.
 * https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/entities/migrate-fields#incremental-migration-with-progressive-override
 * @param shares percentages of viewers, by label; labels that are not named are inactive
 */
export const createActiveLabels =
  (shares: Readonly<Record<string, number>> = {}): ActiveLabels =>
  (labels, { userId, apiKeyId, address }) => {
    const who = userId ?? apiKeyId ?? address ?? randomUUID();
    return labels.filter((label) => {
      const [, percent] = /^percent\(([\d.]+)\)$/.exec(label) ?? [];
      const share =
        percent === undefined ? (Object.hasOwn(shares, label) ? shares[label] : 0) : Number(percent);
      return positionOf(label, who) < (share ?? 0);
    });
  };

/** Where a viewer stands between 0 and 100, for one label: each label divides viewers in its own way. */
function positionOf(label: string, who: string): number {
  const hash = createHash('sha256').update(`${label}\n${who}`).digest();
  return (hash.readUInt32BE(0) / 2 ** 32) * 100;
}

/** Reads `OVERRIDE_LABELS`: `beta=100,new-prices=12.5`; a label without a share is active for all. */
export const parseLabelShares = (text: string): Record<string, number> =>
  Object.fromEntries(
    text.split(',').flatMap((one) => {
      const [label = '', share = '100'] = one.split('=').map((part) => part.trim());
      if (one.trim() === '') return [];
      return [[label, label === '' || share === '' ? NaN : Number(share)]];
    }),
  );

/**
 * The labels that decide where an operation's fields are fetched: those of fields that it asks for, and of fields
 * that entities are found or computed by, which a plan may need without being asked for.
 */
export function overrideLabelsOf(
  schema: GraphQLSchema,
  { overrideLabels, joinedBy }: Annotations,
  definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[],
): string[] {
  if (overrideLabels.size === 0) return [];
  const found = new Set<string>();
  for (const [coordinate, labels] of overrideLabels)
    if (joinedBy.has(coordinate.slice(coordinate.indexOf('.') + 1)))
      for (const label of labels) found.add(label);
  const typeInfo = new TypeInfo(schema);
  for (const definition of definitions)
    visit(
      definition,
      visitWithTypeInfo(typeInfo, {
        Field({ name }) {
          const parent = typeInfo.getParentType();
          if (!parent) return;
          const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
          for (const type of types)
            for (const label of overrideLabels.get(`${type.name}.${name.value}`) ?? []) found.add(label);
        },
      }),
    );
  return [...found].sort();
}
