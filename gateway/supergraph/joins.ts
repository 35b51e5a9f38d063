import { valueFromASTUntyped, type ConstDirectiveNode } from 'graphql';

interface Annotated {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null | undefined;
}

/**
 * Arguments of the directives on a part of a supergraph's schema that tell of its subgraphs
 * (https://specs.apollo.dev/join/v0.3).
 * @param name without `join__`
 */
export const joins = ({ astNode }: Annotated, name: 'type' | 'field' | 'implements') =>
  (astNode?.directives ?? [])
    .filter((directive) => directive.name.value === `join__${name}`)
    .map((directive): Record<string, unknown> =>
      Object.fromEntries(
        (directive.arguments ?? []).map((one) => [one.name.value, valueFromASTUntyped(one.value)]),
      ),
    );
