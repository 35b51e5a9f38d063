import { Kind, parse, type DocumentNode, type OperationDefinitionNode, type SelectionNode } from 'graphql';
import { describe, expect, test } from 'vitest';
import { conditionsOf, isIncluded } from './conditions.ts';

/** The only selection of a query. */
function selectionOf(query: string): SelectionNode {
  const [selection] = operationOf(parse(query)).selectionSet.selections;
  if (!selection) throw new Error('The query asks for nothing.');
  return selection;
}

function operationOf({ definitions }: DocumentNode): OperationDefinitionNode {
  const [operation] = definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('An operation comes first.');
  return operation;
}

describe('a selection', () => {
  test.each([
    ['field', true],
    ['field @other(if: false)', true],
    ['field @include(if: true)', true],
    ['field @include(if: false)', false],
    ['field @skip(if: true)', false],
    ['field @skip(if: false)', true],
    ['field @include(if: $yes)', true],
    ['field @include(if: $no)', false],
    ['field @skip(if: $yes)', false],
    ['field @skip(if: $no)', true],
    ['field @include(if: $yes) @skip(if: $no)', true],
    ['field @include(if: $yes) @skip(if: $yes)', false],
    ['field @include(if: $no) @skip(if: $no)', false],
    ['field @other @skip(if: $yes)', false],
    ['... @include(if: $no) { field }', false],
    ['...Fields @skip(if: $yes)', false],
    ['field @include(if: $unknown)', false],
    ['field @skip(if: $unknown)', true],
  ])('%s is there: %s', (selection, isThere) => {
    const values = new Map([
      ['yes', true],
      ['no', false],
    ]);
    expect(isIncluded(selectionOf(`{ ${selection} }`), values)).toBe(isThere);
  });
});

describe('the conditions of an operation', () => {
  const document = parse(`
    query ($a: Boolean!, $b: Boolean = true, $c: Boolean!, $text: String) {
      one(text: $text) @include(if: $a) @other(if: $c) { ...Fields @skip(if: true) }
    }
    fragment Fields on Type { two @skip(if: $b) three @include(if: $elsewhere) }
  `);
  const { names, valueOf } = conditionsOf(document, operationOf(document));

  test('hang on variables of its own, those in fragments too', () => {
    expect(names).toEqual(['a', 'b']);
  });

  test('have the values that were sent, or those by default', () => {
    expect(valueOf('a', { a: true })).toBe(true);
    expect(valueOf('b', { b: false })).toBe(false);
    expect(valueOf('b', {})).toBe(true);
  });

  test('have no boolean where none was sent and none is the default, and where null was sent', () => {
    expect(valueOf('a', {})).toBeUndefined();
    expect(valueOf('b', { b: null })).toBeNull();
    expect(valueOf('constructor', {})).toBeUndefined();
  });
});
