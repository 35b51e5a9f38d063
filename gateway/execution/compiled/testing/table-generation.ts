import { Kind, type SelectionSetNode } from 'graphql';
import { fieldSet } from '../../../supergraph/joins.ts';
import type { Random } from './random.ts';
import {
  type Field,
  type Key,
  ENTITIES,
  HOMES,
  NUMBERS,
  COLORS,
  THING,
  FOUND,
  CARGO,
  ABSTRACT,
  isObject,
  topNames,
  identitiesIn,
  fieldOf,
  membersOf,
  entity,
  isUnavailable,
  type TableWorld,
} from './table-world.ts';

export function generateTableWorld(random: Random): TableWorld {
  const graphs = [...Array(2 + random.below(3)).keys()];
  const entities = ENTITIES.slice(0, 2 + random.below(2));
  const some = <Value>(from: readonly Value[], percent: number, most = 3): Value[] =>
    from.length > 0 && random.chance(percent) ? random.few(from, most) : [];
  const pools = new Map(
    entities.map((type) => [
      type,
      random.few(['id', 'code', 'a b', 'ref { num }', ...(HOMES[type] ? ['home { id }'] : [])], 3),
    ]),
  );
  const hub = random.chance(70) ? random.pick(graphs) : undefined;
  const keys = graphs.map(
    (graph) =>
      new Map(
        entities.map((type): [string, Key[]] => {
          const pool = pools.get(type) ?? [];
          const own = graph === hub ? pool : some(pool, 85, 2);
          return [type, own.map((fields) => ({ fields, resolvable: random.chance(90) }))];
        }),
      ),
  );
  const knows = (graph: number, type: string): boolean => (keys[graph]?.get(type) ?? []).length > 0;
  const knowing = (type: string): number[] => graphs.filter((graph) => knows(graph, type));
  const known = entities.filter((type) => knowing(type).length > 0);
  const colors = graphs.map(() => random.few(COLORS, 3));
  const members = graphs.map(() => new Map<string, string[]>());
  const declared = graphs.map(() => new Map<string, string[]>());
  const missing = graphs.map(() => new Map<string, number[]>());
  const fields: Field[] = [];
  const world: TableWorld = { graphs, entities, pools, keys, members, declared, colors, missing, fields };
  const add = (field: Pick<Field, 'on' | 'name' | 'of' | 'owners'> & Partial<Field>): Field => {
    const made = {
      wrap: '_',
      hasArgument: false,
      shared: field.owners.length > 1,
      mayFail: false,
      ...field,
    };
    fields.push(made);
    return made;
  };
  const leafType = (owners: readonly number[]): string =>
    random.chance(20) && COLORS.some((one) => owners.every((graph) => colors[graph]?.includes(one)))
      ? 'Color'
      : 'Int';
  const leaf = (on: string, name: string, owners: readonly number[]): Field =>
    add({
      on,
      name,
      owners,
      of: leafType(owners),
      wrap: random.pick(['_', '_', '_', '_!', '_!', '[_]', '[_!]!', '[[_]]']),
      hasArgument: random.chance(20),
    });

  // interfaces and unions of entities
  const names = ['t0', 't1'].slice(random.below(2));
  for (const on of known)
    for (const name of names)
      add({ on, name, of: 'Int', owners: random.few(knowing(on), random.chance(20) ? 2 : 1) });
  for (const graph of graphs) {
    const own = known.filter((type) => knows(graph, type));
    const implementing = some(own, 60);
    if (implementing.length > 0) {
      members[graph]?.set(THING, implementing);
      declared[graph]?.set(THING, random.few(names, 2));
    }
    const found = some(own, 50);
    if (found.length > 0) members[graph]?.set(FOUND, found);
  }

  // values without keys
  const valueType = (name: string, owners: readonly number[], count: number): void => {
    const all = Array.from({ length: count }, (_one, at) => ({ at, owners: random.few(owners, 2) }));
    for (const owner of owners)
      if (!all.some((one) => one.owners.includes(owner))) random.pick(all).owners.push(owner);
    for (const one of all) {
      const field = leaf(name, `${name.toLowerCase()}${random.chance(30) ? 'x' : one.at}`, one.owners);
      if (fields.some((other) => other !== field && other.on === name && other.name === field.name))
        fields.pop();
      else field.shared = true;
    }
  };
  for (let at = 0, count = random.below(3); at < count; at++) {
    const on = random.pick(known);
    const owners = random.few(knowing(on), 2);
    const name = `Size${at}`;
    add({
      on,
      name: `size${at}`,
      of: name,
      owners,
      wrap: random.pick(['_', '_', '_!', '[_]', '[_!]', '[[_]]']),
    });
    valueType(name, owners, 2 + random.below(2));
    for (const owner of owners)
      if (!fields.some((one) => one.on === name && one.owners.includes(owner)))
        leaf(name, `only${owner}`, [owner]).shared = true;
    if (random.chance(40)) {
      const inner = `Inner${at}`;
      const some = random.few(owners, 2);
      add({
        on: name,
        name: 'inner',
        of: inner,
        owners: some,
        wrap: random.pick(['_', '[_]', '_!']),
        shared: true,
      });
      valueType(inner, some, 2);
      for (const owner of some)
        if (!fields.some((one) => one.on === inner && one.owners.includes(owner)))
          leaf(inner, `only${owner}`, [owner]).shared = true;
    }
  }
  if (random.chance(60)) {
    const on = random.pick(known);
    const owners = random.few(knowing(on), 2);
    for (const owner of owners) members[owner]?.set(CARGO, random.few(['Box', 'Bulk', 'Fluid'], 3));
    add({ on, name: 'cargo', of: CARGO, owners, wrap: random.pick(['_', '[_]', '[_!]!']) });
    for (const type of ['Box', 'Bulk', 'Fluid']) {
      const having = owners.filter((owner) => members[owner]?.get(CARGO)?.includes(type));
      if (having.length === 0) continue;
      const common = random.chance(50) ? 'weight' : undefined;
      if (common) add({ on: type, name: common, of: 'Int', owners: having, shared: true });
      else leaf(type, `${type.toLowerCase()}0`, having).shared = true;
      leaf(type, `${type.toLowerCase()}1`, random.few(having, 1)).shared = true;
    }
  }

  // what an entity has by itself
  for (let at = 0, count = 3 + random.below(5); at < count; at++) {
    const on = random.pick(known);
    const all = knowing(on);
    const owners = random.few(all, random.chance(25) ? 2 : 1);
    const field = leaf(on, `x${at}`, owners);
    const others = all.filter((graph) => !owners.includes(graph));
    if (owners.length === 1 && others.length > 0 && random.chance(12)) {
      fields.pop();
      add({ ...field, overridden: random.pick(others) });
    }
  }

  // what leads to entities
  const targets = (graph: number): string[] => [
    ...known.filter((type) => knows(graph, type)),
    ...(members[graph]?.has(THING) ? [THING] : []),
    ...(members[graph]?.has(FOUND) ? [FOUND] : []),
  ];
  const leads = ['_', '_', '_', '[_]', '[_]', '[_!]', '_!', '[[_]]', '[[_!]!]'];
  for (let at = 0, count = 1 + random.below(4); at < count; at++) {
    const on = random.pick([
      ...known,
      ...known,
      ...fields.map((one) => one.on).filter((one) => /Size|Inner|Box|Bulk/.test(one)),
    ]);
    const owners = known.includes(on)
      ? knowing(on)
      : fields.filter((one) => one.on === on).flatMap((one) => one.owners);
    const graph = random.pick(owners);
    const all = targets(graph);
    if (all.length === 0) continue;
    add({
      on,
      name: `next${at}`,
      of: random.pick(all),
      owners: [graph],
      wrap: random.pick(leads),
      hasArgument: random.chance(10),
      shared: !known.includes(on),
    });
  }
  for (const graph of graphs)
    for (const of of some(targets(graph), 90, 3))
      add({
        on: 'Query',
        name: `${random.pick(['the', 'all'])}${of}${graph}`,
        of,
        owners: [graph],
        wrap: random.pick(leads),
      });
  if (!fields.some(({ on }) => on === 'Query')) {
    const graph = random.pick(graphs.filter((one) => targets(one).length > 0));
    add({ on: 'Query', name: 'any', of: random.pick(targets(graph)), owners: [graph] });
  }
  if (random.chance(40)) {
    const graph = random.pick(graphs.filter((one) => targets(one).length > 0));
    for (const name of ['make', 'move'])
      add({
        on: 'Mutation',
        name,
        of: random.pick(targets(graph)),
        owners: [graph],
        wrap: random.pick(['_', '[_]', '_!']),
      });
  }

  // entities that a subgraph lacks, where nothing leads to them and no key is found by way of it
  for (const graph of graphs)
    for (const type of known) {
      const [key, ...more] = keys[graph]?.get(type) ?? [];
      if (
        !key?.resolvable ||
        more.length > 0 ||
        key.fields.includes('home') ||
        identitiesIn(world, graph, type).length > topNames(key.fields).length
      )
        continue;
      const own = fields.filter((one) => one.on === type && one.owners.includes(graph));
      const isLedTo = fields.some(
        (one) =>
          one.owners.includes(graph) &&
          (one.of === type || (ABSTRACT.includes(one.of) && membersOf(world, one).includes(type))),
      );
      const isHome = known.some(
        (one) => HOMES[one] === type && identitiesIn(world, graph, one).includes('home'),
      );
      if (own.some((one) => one.owners.length > 1 || one.shared) || isLedTo || isHome || !random.chance(50))
        continue;
      missing[graph]?.set(type, random.few(NUMBERS, 2));
    }
  /** Whether some entity lacks it, as a subgraph lacks the entity. */
  const isMissingSome = (field: Field): boolean =>
    known.length > 0 && NUMBERS.some((one) => isUnavailable(world, entity(field.on, one), field));

  // what requires or provides other things
  const used = new Set<Field>();
  const entered = new Set<string>();
  const needs = (
    type: string,
    graph: number,
    depth: number,
    isTop: boolean,
    may: (field: Field) => boolean = () => true,
  ): string => {
    const candidates = fields.filter(
      (one) =>
        one.on === type &&
        (!one.owners.includes(graph) ||
          (one.requires === undefined && isObject(one.of) && random.chance(50))) &&
        one.overridden !== graph &&
        (!isMissingSome(one) || (isTop && !one.wrap.endsWith('!'))) &&
        may(one),
    );
    const nested = candidates.filter((one) => isObject(one.of));
    const pick = (): Field => random.pick(nested.length > 0 && random.chance(40) ? nested : candidates);
    const picked = new Set(candidates.length === 0 ? [] : Array.from({ length: 1 + random.below(2) }, pick));
    return [...picked]
      .map((field): string => {
        const argument = field.hasArgument && random.chance(70) ? `(n: ${random.below(3)})` : '';
        if (!isObject(field.of)) {
          used.add(field);
          return `${field.name}${argument}`;
        }
        const below = depth > 0 ? needsOf(field, graph, depth - 1, may) : '';
        if (below === '') return '';
        used.add(field);
        return `${field.name}${argument} { ${below} }`;
      })
      .filter(Boolean)
      .join(' ');
  };
  const needsOf = (field: Field, graph: number, depth: number, may: (field: Field) => boolean): string => {
    if (!ABSTRACT.includes(field.of)) {
      const text = needs(field.of, graph, depth, false, may);
      if (text !== '') entered.add(field.of);
      return text;
    }
    const fragments = membersOf(world, field)
      .map((type) => [type, needs(type, graph, depth, false, may)] as const)
      .filter(([, text]) => text !== '');
    for (const [type] of fragments) entered.add(type);
    if (fragments.length === 0) return '';
    if (field.of === THING && !declared[graph]?.has(THING)) declared[graph]?.set(THING, [names[0] ?? 't0']);
    const chosen = random.few(fragments, 3);
    return chosen.map(([type, text]) => `... on ${type} { ${text} }`).join(' ');
  };
  for (let at = 0, count = random.below(6); at < count; at++) {
    const on = random.pick(known);
    const graph = random.pick(knowing(on));
    if (!keys[graph]?.get(on)?.some(({ resolvable }) => resolvable)) continue;
    const requires = needs(on, graph, 2, true);
    if (requires === '') continue;
    const isLink = random.chance(12) && targets(graph).length > 0;
    add({
      on,
      name: `r${at}`,
      requires,
      of: isLink ? random.pick(targets(graph)) : leafType([graph]),
      owners: [graph],
      wrap: random.pick(['_', '_', '_!', '[_]']),
      hasArgument: random.chance(10),
    });
  }
  for (const field of fields) {
    const [graph = 0, ...more] = field.owners;
    if (!isObject(field.of) || more.length > 0 || field.on === 'Mutation' || !random.chance(25)) continue;
    const before = [...used];
    const may = (one: Field): boolean =>
      one.requires === undefined &&
      !one.hasArgument &&
      one.overridden === undefined &&
      ![...ABSTRACT, 'Color'].includes(one.of) &&
      !isMissingSome(one);
    const text = ABSTRACT.includes(field.of)
      ? random
          .few(members[graph]?.get(field.of) ?? [], 2)
          .map((type) => [type, needs(type, graph, 1, false, may)])
          .filter(([, one]) => one !== '')
          .map(([type, one]) => `... on ${type} { ${one} }`)
          .join(' ')
      : needs(field.of, graph, 1, false, may);
    if (text === '') continue;
    field.provides = text;
    for (const one of used) if (!before.includes(one)) one.shared = true;
    shareProvided(world, field.of, fieldSet(text));
  }
  for (const field of fields)
    if (
      field.wrap.includes('!') &&
      field.overridden === undefined &&
      !used.has(field) &&
      !entered.has(field.on) &&
      !field.shared &&
      random.chance(25)
    )
      field.mayFail = true;
  return world;
}

/** What a subgraph provides of others must be free to come from several. */
function shareProvided(world: TableWorld, type: string, { selections }: SelectionSetNode): void {
  for (const one of selections) {
    if (one.kind === Kind.INLINE_FRAGMENT)
      shareProvided(world, one.typeCondition?.name.value ?? type, one.selectionSet);
    if (one.kind !== Kind.FIELD) continue;
    const field = fieldOf(world, type, one.name.value);
    if (field) field.shared = true;
    if (field && one.selectionSet) shareProvided(world, field.of, one.selectionSet);
  }
}
