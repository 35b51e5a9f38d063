import {
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';
import { readAnnotations, type CacheControl } from './annotations.ts';
import { argumentOf, graphsIn, joinsIn } from './joins.ts';

/**
 * Carries every `@cacheControl` of the subgraphs into their supergraph, as `@join__directive`. Composition itself drops
 * the directive where nothing composes it, and where `@composeDirective` does, and subgraphs differ, it keeps what the
 * first of them says.
 * @param sdl what the subgraphs were composed to; it is handed back as it is if none of them says anything
 * @returns `hints` name what has no place in a supergraph
 */
export function carryCacheControl(
  sdl: string,
  subgraphs: readonly { readonly name: string; readonly typeDefs: DocumentNode }[],
): { sdl: string; hints: readonly string[] } {
  const document = parse(sdl, { noLocation: true });
  const graphs = new Map(
    graphsIn(document).flatMap((value) =>
      joinsIn(value, 'graph').map((join) => [argumentOf(join, 'name'), value.name.value]),
    ),
  );
  const hints: string[] = [];
  /** By coordinate. */
  const carried = new Map<string, ConstDirectiveNode[]>();
  for (const { name, typeDefs } of subgraphs) {
    const graph = graphs.get(name);
    if (graph === undefined) continue;
    const query = queryTypeName(typeDefs);
    const unions = new Set(typeDefs.definitions.flatMap(unionName));
    for (const [own, said] of readAnnotations(typeDefs).cacheControl) {
      if (unions.has(own)) {
        hints.push(
          `[CACHE_CONTROL_ON_UNION] A supergraph has no place for @cacheControl of the union "${own}" (subgraph "${name}"). Say it of the fields that return it, or in CACHE_CONFIG.`,
        );
        continue;
      }
      const coordinate =
        own === query || own.startsWith(`${query}.`) ? `Query${own.slice(query.length)}` : own;
      carried.set(coordinate, [...(carried.get(coordinate) ?? []), joinDirective(graph, said)]);
    }
  }
  if (carried.size === 0) return { sdl, hints };

  type Annotated = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | FieldDefinitionNode;
  const withCarried = <Node extends Annotated>(node: Node, coordinate: string): Node => ({
    ...node,
    directives: [...(node.directives ?? []), ...(carried.get(coordinate) ?? [])],
  });
  const type = <Node extends ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode>(node: Node): Node => ({
    ...withCarried(node, node.name.value),
    fields: node.fields?.map((field) => withCarried(field, `${node.name.value}.${field.name.value}`)) ?? [],
  });
  const annotated = visit(document, {
    [Kind.OBJECT_TYPE_DEFINITION]: type,
    [Kind.INTERFACE_TYPE_DEFINITION]: type,
  });
  return { sdl: print(annotated), hints };
}

function queryTypeName({ definitions }: DocumentNode): string {
  for (const definition of definitions)
    if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
      for (const { operation, type } of definition.operationTypes ?? [])
        if (operation === OperationTypeNode.QUERY) return type.name.value;
  return 'Query';
}

const unionName = (definition: DocumentNode['definitions'][number]): string[] =>
  definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_EXTENSION
    ? [definition.name.value]
    : [];

/** `@join__directive(graphs: [A], name: "cacheControl", args: {maxAge: 60})`, as composition carries `@cacheTag`. */
function joinDirective(graph: string, { maxAge, scope, inheritMaxAge }: CacheControl): ConstDirectiveNode {
  const args = [
    ...(maxAge === undefined ? [] : [`maxAge: ${maxAge}`]),
    ...(scope === undefined ? [] : [`scope: "${scope}"`]),
    ...(inheritMaxAge ? ['inheritMaxAge: true'] : []),
  ];
  const [definition] = parse(
    `type Any @join__directive(graphs: [${graph}], name: "cacheControl", args: {${args.join(', ')}})`,
    { noLocation: true },
  ).definitions;
  const [directive] = (definition as ObjectTypeDefinitionNode).directives ?? [];
  return directive as ConstDirectiveNode;
}
