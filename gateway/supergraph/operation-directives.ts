import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { importsOf } from './link-imports.ts';

const executable = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);

/**
 * Directives for operations may be composed (`@composeDirective`), and are then linked as a feature of the supergraph.
 * Features are taken out of the schema that clients see, and these with them. Without the link they are what they
 * would be without `@composeDirective`: directives that clients may use, and that the planner hands to subgraphs.
 * @param document a supergraph
 * @returns the same document if it has none
 */
export function withOperationDirectives(document: DocumentNode): DocumentNode {
  const names = new Set(
    document.definitions.flatMap((one) =>
      one.kind === Kind.DIRECTIVE_DEFINITION && one.locations.every(({ value }) => executable.has(value))
        ? [`@${one.name.value}`]
        : [],
    ),
  );
  const linksOnlyThem = (directive: ConstDirectiveNode): boolean => {
    const imports = directive.name.value === 'link' ? importsOf(directive) : [];
    return imports.length > 0 && imports.every((one) => names.has(one.as));
  };
  if (names.size === 0) return document;
  return visit(document, {
    enter: (node) =>
      node.kind === Kind.DOCUMENT || node.kind === Kind.SCHEMA_DEFINITION ? undefined : false,
    SchemaDefinition: {
      leave(node) {
        const { directives = [] } = node;
        const others = directives.filter((directive) => !linksOnlyThem(directive));
        return others.length === directives.length ? undefined : { ...node, directives: others };
      },
    },
  });
}
