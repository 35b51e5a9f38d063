import type { ConstDirectiveNode } from 'graphql';
import { argumentOf } from './joins.ts';

/** What a `@link` imports: a name, with `@` if it is a directive's, and the one that it has here. */
export interface Import {
  readonly name: string;
  readonly as: string;
}

/** https://specs.apollo.dev/link/v1.0/#@link.import */
export function importsOf(link: ConstDirectiveNode): Import[] {
  const imported = argumentOf(link, 'import');
  if (!Array.isArray(imported)) return [];
  return imported.flatMap((one: unknown): Import[] => {
    const { name, as = name } = (typeof one === 'string' ? { name: one } : (one ?? {})) as Partial<Import>;
    return typeof name === 'string' && typeof as === 'string' ? [{ name, as }] : [];
  });
}
