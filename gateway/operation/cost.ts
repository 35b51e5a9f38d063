import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isLeafType,
  isListType,
  Kind,
  valueFromASTUntyped,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Annotations, ListSize } from '../supergraph/annotations.ts';
import { conditionOf, wantedBy } from './conditions.ts';
import { variableValues, valueWith, type ValueOf, type Variables } from './variable-values.ts';

/** A number that is known, or that variables decide. */
type Amount = number | ((variables: Variables) => number);

/**
 * How long lists of a page are, by field, for each type that may have the page; undefined for one that says nothing of the
 * field, which is as long as it says itself.
 */
type Sizes = ReadonlyMap<string, readonly (Amount | undefined)[]>;

export interface CostOptions {
  readonly schema: GraphQLSchema;
  readonly annotations: Annotations;
  /** How long a list is taken to be that nothing is said of. */
  readonly listSize: number;
  /** Subgraphs give no longer pages, whatever an argument says; no such limit if not given. */
  readonly maxListSize?: number | undefined;
}

export interface CompiledCost {
  /** What it costs at most to answer the operation, as far as lists are as long as they are said to be. */
  estimate(variables: Variables): number;
  /** @returns why sizes of lists cannot be told, a sentence each; empty if they can */
  problems(variables: Variables): string[];
}

/** A variable may be larger as long as nobody has checked it, and infinite: nothing could be added up then. */
const LARGEST_INT = 2 ** 31 - 1;

/** What a mutation costs before any of its fields. */
export const MUTATION = 10;

/**
 * Makes an operation's cost a function of its variables, with all that does not depend on them already added up.
 *
 * As Apollo Router counts (https://www.apollographql.com/docs/graphos/routing/security/demand-control), after IBM's
 * cost specification (https://ibm.github.io/graphql-specs/cost-spec.html): an object costs 1 and a leaf nothing, unless
 * `@cost` says otherwise of the field or its type; a list costs its items; arguments add what they weigh.
 */
export function compileCost(
  options: CostOptions,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): CompiledCost {
  const { schema, listSize, maxListSize = LARGEST_INT } = options;
  const weights = createWeights(options);
  const problems: ((variables: Variables) => string | undefined)[] = [];
  const valueOf = variableValues(operation);
  const spread = new Map<string, Amount>();

  const ofSelections = (
    { selections }: SelectionSetNode,
    parent: GraphQLCompositeType,
    sizes: Sizes,
  ): Amount =>
    sum(
      selections.map((selection) => {
        let cost: Amount;
        if (selection.kind === Kind.FIELD) cost = ofField(selection, parent, sizes);
        else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const type = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
          cost = ofSelections(selection.selectionSet, isCompositeType(type) ? type : parent, sizes);
        } else cost = ofFragment(selection.name.value, sizes);
        return times(included(selection.directives, valueOf), cost);
      }),
    );

  const ofFragment = (name: string, sizes: Sizes): Amount => {
    const known = sizes.size === 0 ? spread.get(name) : undefined;
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const type = fragment && schema.getType(fragment.typeCondition.name.value);
    if (!fragment || !isCompositeType(type)) return 0;
    const cost = ofSelections(fragment.selectionSet, type, sizes);
    if (sizes.size === 0) spread.set(name, cost);
    return cost;
  };

  const ofField = (node: FieldNode, parent: GraphQLCompositeType, sizes: Sizes): Amount => {
    const name = node.name.value;
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (!field) return 0;
    const type = getNamedType(field.type);
    const lists = weights
      .listSizesOf(parent, name)
      .map((list) => ({ size: list && sizeOf(list, node, field, parent), of: list?.sizedFields ?? [] }));
    const within = new Map(
      lists
        .flatMap(({ of }) => of)
        .map((one) => [one, lists.map(({ size, of }) => (of.includes(one) ? size : undefined))]),
    );
    const own = weights.ofField(parent, name, type);
    const inner =
      node.selectionSet && isCompositeType(type) ? ofSelections(node.selectionSet, type, within) : 0;
    const levels = listLevels(field.type);
    if (levels === 0) return sum([own, inner, ofArguments(node, field, parent)]);
    // what is said of a list's size is said of the outermost
    const ofItself =
      largest(lists.map(({ size, of }) => (of.length > 0 ? listSize : (size ?? listSize)))) ?? listSize;
    const size = largest((sizes.get(name) ?? []).map((one) => one ?? ofItself)) ?? ofItself;
    const items = times(size, listSize ** (levels - 1));
    return sum([times(items, sum([own, inner])), ofArguments(node, field, parent)]);
  };

  /** The longest that any of the slicing arguments allows: each is as long as it is given, or else as its default. */
  const sizeOf = (
    { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLCompositeType,
  ): Amount | undefined => {
    if (slicingArguments.length === 0) return assumedSize;
    const slices = slicingArguments.map((name) => {
      const byDefault: unknown = field.args.find((one) => one.name === name)?.defaultValue;
      return { given: argumentOf(node, name, valueOf), byDefault };
    });
    if (requireOneSlicingArgument)
      problems.push((variables) => {
        const values = slices.map(({ given }) => given(variables));
        const count = values.filter(isSize).length;
        const known =
          count === 0 && slices.some((one, at) => values[at] === undefined && isSize(one.byDefault));
        return count === 1 || known
          ? undefined
          : `"${parent.name}.${node.name.value}" must be given exactly one of ${slicingArguments.join(', ')}.`;
      });
    return (variables) => {
      const sizes: number[] = [];
      let isUnknown = false;
      for (const { given, byDefault } of slices) {
        const value = given(variables);
        const size = value === undefined ? byDefault : value;
        if (isSize(size) && size >= 0) sizes.push(size);
        // a null that takes the place of a default is how long lists get that have no end; less than nothing is to
        // many stores "all", whatever else is given
        else if (isSize(size) || isSize(byDefault)) isUnknown = true;
      }
      const said = Math.min(maxListSize, Math.max(0, ...sizes));
      const assumed = assumedSize ?? listSize;
      if (sizes.length === 0) return assumed;
      return isUnknown ? Math.max(said, assumed) : said;
    };
  };

  const ofArguments = (
    node: FieldNode,
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLCompositeType,
  ): Amount =>
    sum(
      (node.arguments ?? []).map(({ name, value }) => {
        const argument = field.args.find((one) => one.name === name.value);
        return argument ? ofGiven(argument.type, value, weights.ofArgument(parent, field, argument)) : 0;
      }),
    );

  /** What variables weigh in the estimate that is being made: each is looked into once, however often it is given. */
  const weighed = new Map<string, number>();

  /** As {@link Weights.ofInput}, of what a document gives. */
  const ofGiven = (type: GraphQLInputType, given: ValueNode, own: number | undefined): Amount => {
    if (!weights.isWeighed(type)) return own ?? 0;
    if (given.kind === Kind.VARIABLE) {
      const name = given.name.value;
      const key = `${name} ${String(type)} ${own}`;
      return (variables) => {
        const known = weighed.get(key) ?? weights.ofInput(type, valueOf(name, variables), own);
        weighed.set(key, known);
        return known;
      };
    }
    const nullable = getNullableType(type);
    if (!hasVariable(given)) return weights.ofInput(type, valueFromASTUntyped(given), own);
    if (isListType(nullable)) {
      const items = given.kind === Kind.LIST ? given.values : [given];
      return sum([own ?? 0, ...items.map((item) => ofGiven(nullable.ofType, item, undefined))]);
    }
    if (!isInputObjectType(nullable) || given.kind !== Kind.OBJECT) return weights.ofInput(type, {}, own);
    const fields = nullable.getFields();
    return sum([
      own ?? 1,
      ...given.fields.map(({ name, value }) => {
        const field = fields[name.value];
        return field ? ofGiven(field.type, value, weights.ofInputField(nullable.name, field.name)) : 0;
      }),
    ]);
  };

  const root = schema.getRootType(operation.operation);
  const base = operation.operation === 'mutation' ? MUTATION : 0;
  const whole = sum([base, root ? ofSelections(operation.selectionSet, root, new Map()) : 0]);
  return {
    estimate(variables) {
      weighed.clear();
      const estimated = amountOf(whole, variables);
      weighed.clear();
      return estimated;
    },
    problems: (variables) => [...new Set(problems.flatMap((problem) => problem(variables) ?? []))],
  };
}

/** What parts of a schema weigh. */
export interface Weights {
  ofField(parent: GraphQLCompositeType, name: string, returned: { readonly name: string }): number;
  ofArgument(
    parent: GraphQLCompositeType,
    field: GraphQLField<unknown, unknown>,
    argument: GraphQLArgument,
  ): number | undefined;
  /** @param own what the argument or input field weighs itself, if it is said */
  ofInput(type: GraphQLInputType, value: unknown, own: number | undefined): number;
  /** Whether values of a type, or items of a list of it, add to what their argument or input field weighs. */
  isWeighed(type: GraphQLInputType): boolean;
  /** What a field of an input object weighs itself, if it is said. */
  ofInputField(type: string, field: string): number | undefined;
  /** The field's own, or those of all types that may stand there, undefined for one that says nothing; none if none does. */
  listSizesOf(parent: GraphQLCompositeType, name: string): readonly (ListSize | undefined)[];
}

/**
 * Where an interface does not say, the heaviest of the types that may stand there counts; one that says nothing weighs
 * what it does where it is asked for by itself.
 */
export function createWeights({ schema, annotations: { cost, listSize } }: CostOptions): Weights {
  const ofType = ({ name }: { readonly name: string }): number => {
    const type = schema.getType(name);
    const said = cost.get(name);
    if (said !== undefined || !isAbstractType(type)) return said ?? (isCompositeType(type) ? 1 : 0);
    return heaviest(schema.getPossibleTypes(type).map(ofType)) ?? 1;
  };
  const ofField: Weights['ofField'] = (parent, name, returned) => {
    const said = cost.get(`${parent.name}.${name}`);
    if (said !== undefined || !isAbstractType(parent)) return said ?? ofType(returned);
    const all = schema.getPossibleTypes(parent).flatMap((type) => {
      const field = type.getFields()[name];
      return field ? ofField(type, name, getNamedType(field.type)) : [];
    });
    return heaviest(all) ?? ofType(returned);
  };
  /** What a value weighs itself if nothing is said of its argument. */
  const byDefault = (type: GraphQLInputType): number => {
    const nullable = getNullableType(type);
    if (isListType(nullable)) return 0;
    return isInputObjectType(nullable) ? 1 : (cost.get(nullable.name) ?? 0);
  };
  const ofArgument: Weights['ofArgument'] = (parent, field, { name, type }) => {
    const saidOf = (owner: { readonly name: string }): number | undefined =>
      cost.get(`${owner.name}.${field.name}(${name}:)`);
    const said = saidOf(parent);
    if (said !== undefined || !isAbstractType(parent)) return said;
    const all = schema.getPossibleTypes(parent).map(saidOf);
    if (all.every((one) => one === undefined)) return undefined;
    return heaviest(all.map((one) => one ?? byDefault(type)));
  };

  const isWeighed = (type: GraphQLInputType): boolean => {
    const named = getNamedType(type);
    return !isLeafType(named) || cost.has(named.name);
  };
  const ofInputField: Weights['ofInputField'] = (type, field) => cost.get(`${type}.${field}`);
  const ofInput = (type: GraphQLInputType, value: unknown, own: number | undefined): number => {
    // a list may have a million items
    if (value === null || value === undefined || !isWeighed(type)) return own ?? 0;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const items = Array.isArray(value) ? (value as unknown[]) : [value];
      return (
        (own ?? 0) +
        items.reduce<number>((total, item) => total + ofInput(nullable.ofType, item, undefined), 0)
      );
    }
    if (!isInputObjectType(nullable)) return own ?? cost.get(getNamedType(type).name) ?? 0;
    const fields = nullable.getFields();
    return Object.entries(value as object).reduce((total, [name, inner]) => {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      return field ? total + ofInput(field.type, inner, ofInputField(nullable.name, name)) : total;
    }, own ?? 1);
  };

  return {
    ofField,
    ofArgument,
    isWeighed,
    ofInput,
    ofInputField,
    listSizesOf(parent, name) {
      const own = listSize.get(`${parent.name}.${name}`);
      if (own || !isAbstractType(parent)) return own ? [own] : [];
      const said = schema.getPossibleTypes(parent).map((type) => listSize.get(`${type.name}.${name}`));
      return said.some((one) => one !== undefined) ? said : [];
    },
  };
}

const heaviest = (weights: readonly number[]): number | undefined =>
  weights.length > 0 ? Math.max(...weights) : undefined;

const sum = (amounts: readonly Amount[]): Amount => {
  let known = 0;
  const unknown: ((variables: Variables) => number)[] = [];
  for (const amount of amounts)
    if (typeof amount === 'number') known += amount;
    else unknown.push(amount);
  if (unknown.length === 0) return known;
  return (variables) => unknown.reduce((total, amount) => total + amount(variables), known);
};

/** The largest of them; undefined if there is none. */
const largest = ([first, ...others]: readonly Amount[]): Amount | undefined =>
  others.length === 0 || first === undefined
    ? first
    : (variables) => Math.max(...[first, ...others].map((one) => amountOf(one, variables)));

const amountOf = (amount: Amount, variables: Variables): number =>
  typeof amount === 'number' ? amount : amount(variables);

const times = (one: Amount, other: Amount): Amount => {
  if (one === 1) return other;
  if (typeof one === 'number' && typeof other === 'number') return one * other;
  return (variables) => amountOf(one, variables) * amountOf(other, variables);
};

/** 0 or 1, by `@skip` and `@include`. */
function included(directives: readonly DirectiveNode[] | undefined, valueOf: ValueOf): Amount {
  let amount: Amount = 1;
  for (const directive of directives ?? []) {
    const condition = conditionOf(directive);
    if (!condition) continue;
    const wanted = wantedBy(directive);
    const here: Amount =
      condition.kind === Kind.VARIABLE
        ? (variables) => Number(valueOf(condition.name.value, variables) === wanted)
        : Number(condition.value === wanted);
    amount = times(amount, here);
  }
  return amount;
}

/** How many lists are in each other there. */
function listLevels(type: GraphQLOutputType): number {
  const nullable = getNullableType(type);
  return isListType(nullable) ? 1 + listLevels(nullable.ofType) : 0;
}

const isSize = (value: unknown): value is number => typeof value === 'number';

function argumentOf(node: FieldNode, name: string, valueOf: ValueOf): (variables: Variables) => unknown {
  const value = node.arguments?.find((one) => one.name.value === name)?.value;
  return value ? (variables) => valueWith(value, variables, valueOf) : () => undefined;
}

const hasVariable = (value: ValueNode): boolean =>
  value.kind === Kind.VARIABLE ||
  (value.kind === Kind.LIST && value.values.some(hasVariable)) ||
  (value.kind === Kind.OBJECT && value.fields.some((field) => hasVariable(field.value)));
