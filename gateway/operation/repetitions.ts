import {
  GraphQLError,
  type ASTVisitor,
  type DirectiveNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { keyOf } from './fragments.ts';

/** What one thing may be said how often: more serves nobody but those who want us busy. */
export interface RepetitionLimits {
  /** How often one field may be selected under one name in one selection set; no limit if not given. */
  readonly duplicates?: number | undefined;
}

/** No definition of GraphQL takes as many in one place. */
const MOST_DIRECTIVES_IN_ONE_PLACE = 5;

/**
 * A validation rule against repetitions that cost nothing to send and something to answer. It reports the first it
 * finds and no more, so that the answer is short too.
 */
export const withoutRepetitions =
  ({ duplicates = Number.POSITIVE_INFINITY }: RepetitionLimits): ValidationRule =>
  (context): ASTVisitor => {
    let reported = false;
    const report = (message: string, node: SelectionSetNode | DirectiveNode): void => {
      if (!reported) context.reportError(new GraphQLError(message, { nodes: node }));
      reported = true;
    };

    return {
      enter(node) {
        const first = 'directives' in node ? node.directives?.[MOST_DIRECTIVES_IN_ONE_PLACE] : undefined;
        if (first)
          report(
            `At most ${MOST_DIRECTIVES_IN_ONE_PLACE} directives are allowed in one place.`,
            first as DirectiveNode,
          );
        if (node.kind !== 'SelectionSet') return;
        const times = new Map<string, number>();
        for (const selection of node.selections) {
          if (selection.kind !== 'Field') continue;
          const key = keyOf(selection);
          times.set(key, (times.get(key) ?? 0) + 1);
        }
        if (Math.max(0, ...times.values()) > duplicates)
          report(`A field may be selected ${duplicates} times in one place at most.`, node);
      },
    };
  };
