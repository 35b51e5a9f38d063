import {
  astFromValue,
  isSpecifiedDirective,
  Kind,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';

/**
 * The document with the defaults of directives written out: a subgraph may know a directive without the default that
 * another gives it, and then needs the value.
 * @returns the same document if nothing is missing
 */
export function withDefaultArguments(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  // `@defer` is the gateway's own
  const custom = schema.getDirectives().filter((one) => !isSpecifiedDirective(one) && one.name !== 'defer');
  if (custom.length === 0) return document;
  const defaults = new Map(
    custom.map(({ name, args }) => [
      name,
      args.flatMap(({ name: argument, type, defaultValue }): ArgumentNode[] => {
        const value = defaultValue === undefined ? undefined : astFromValue(defaultValue, type);
        return value ? [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: argument }, value }] : [];
      }),
    ]),
  );
  return visit(document, {
    Directive(node) {
      const { arguments: given = [] } = node;
      const missing = (defaults.get(node.name.value) ?? []).filter(
        ({ name }) => !given.some((one) => one.name.value === name.value),
      );
      return missing.length === 0 ? undefined : { ...node, arguments: [...given, ...missing] };
    },
  });
}
