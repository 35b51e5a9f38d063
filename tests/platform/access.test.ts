import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type GraphQLField,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createGateway, type Gateway } from '../../gateway/gateway.ts';
import { readGatewayEnv } from '../../gateway/env.ts';
import { compileAccess, failingRules, policiesAreScopes } from '../../gateway/operation/access.ts';
import { readAnnotations } from '../../gateway/supergraph/annotations.ts';
import { startIssuer, type Issuer } from '../../gateway/testing/issuer.ts';
import { subgraphNames, type SubgraphName } from '../../local/addresses.ts';
import { readLocalEnv } from '../../local/env.ts';
import { loadSecrets } from '../../local/secrets.ts';
import { serviceEnvironments } from '../../local/service-env.ts';
import { createInfrastructure, type Infrastructure } from '../../platform/infrastructure.ts';
import { createLogger } from '../../platform/logger.ts';
import { signViewer, VIEWER_HEADER, type Viewer } from '../../platform/viewer.ts';
import { startTestPlatform, type TestPlatform } from '../support/platform.ts';

const root = path.join(import.meta.dirname, '../..');
const supergraph = readFileSync(path.join(root, 'supergraph.graphql'), 'utf8');
const annotations = readAnnotations(parse(supergraph));
const rules = annotations.access;
const isRoot = (coordinate: string): boolean => /^(Query|Mutation|Subscription)\./.test(coordinate);

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
}

/** What an answer says that its viewer may not do. */
const refusals = ({ errors = [] }: Answer) =>
  errors
    .filter(({ extensions }) => ['UNAUTHENTICATED', 'FORBIDDEN'].includes(String(extensions?.['code'])))
    .map(({ message, path: at, extensions }) => [extensions?.['code'], at?.join('.'), message]);

/** An argument that names nothing there is. */
function argument(type: GraphQLInputType): string {
  if (isNonNullType(type)) return argument(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) return `{ ${given(Object.values(type.getFields()))} }`;
  return ['Int', 'Float', 'BigInt'].includes(getNamedType(type).name) ? '1' : '"none"';
}
const given = (inputs: readonly { name: string; type: GraphQLInputType }[]): string =>
  inputs
    .filter(({ type }) => isNonNullType(type))
    .map(({ name, type }) => `${name}: ${argument(type)}`)
    .join(', ');
const ask = ({ name, args, type }: GraphQLField<unknown, unknown>): string => {
  const values = given(args);
  return `${name}${values && `(${values})`}${isLeafType(getNamedType(type)) ? '' : ' { __typename }'}`;
};

/**
 * A platform, and before it two gateways: one with the supergraph as it is, and one whose supergraph says nothing of
 * access, so that only the subgraphs judge.
 */
describe('what the gateway refuses', () => {
  const viewers: Record<string, { headers: Record<string, string>; viewer: Viewer }> = {};
  let platform: TestPlatform;
  let issuer: Issuer;
  let infrastructure: Infrastructure;
  let gateway: Gateway;
  let open: Gateway;
  let schema: GraphQLSchema;
  let secret: string;
  let folder: string;

  const post = async (url: string, query: string, headers: Record<string, string>): Promise<Answer> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  };
  const follow = async (url: string, query: string, headers: Record<string, string>): Promise<Answer> => {
    const client = createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
    });
    try {
      return (await client.iterate({ query }).next()).value as Answer;
    } catch (errors) {
      return { errors: errors as GraphQLFormattedError[] };
    } finally {
      await client.dispose();
    }
  };
  const send = (of: Gateway, operation: string, field: string, headers: Record<string, string>) =>
    (operation === 'subscription' ? follow : post)(`${of.url}/graphql`, `${operation} { ${field} }`, headers);
  const fieldsOf = (name: string): GraphQLField<unknown, unknown>[] => {
    const type = schema.getType(name);
    return isObjectType(type) ? Object.values(type.getFields()) : [];
  };
  const roots = () =>
    (['Query', 'Mutation', 'Subscription'] as const).flatMap((type) =>
      fieldsOf(type).map((field) => ({
        coordinate: `${type}.${field.name}`,
        operation: type.toLowerCase(),
        field,
      })),
    );
  const isAllowed = async (coordinate: string, viewer: Viewer): Promise<boolean> => {
    const rule = rules.get(coordinate);
    return (
      !rule ||
      (await failingRules({ rules: [rule], fields: new Map() }, viewer, policiesAreScopes)).length === 0
    );
  };

  beforeAll(async () => {
    platform = await startTestPlatform();
    issuer = await startIssuer();
    const secrets = loadSecrets(platform.dataDir);
    secret = secrets.gateway;
    const local = readLocalEnv({
      DATA_DIR: platform.dataDir,
      PORT: String(platform.addresses.port('gateway')),
    });
    const { gateway: variables } = serviceEnvironments(local, platform.addresses, secrets, () => '');
    folder = mkdtempSync(path.join(tmpdir(), 'marquee-access-'));
    const without = supergraph
      .replaceAll(/ @authenticated(?! on)/g, '')
      .replaceAll(/ @requiresScopes\(scopes: \[\[[^\]]*\]\]\)/g, '');
    expect(readAnnotations(parse(without)).access.size).toBe(0);
    writeFileSync(path.join(folder, 'open.graphql'), without);
    infrastructure = await createInfrastructure({ logger: createLogger('test', 'silent') });
    const start = async (file: string): Promise<Gateway> => {
      const { ADMIN_PORT: _, ...rest } = variables;
      const env = readGatewayEnv({
        ...rest,
        ...issuer.variables,
        PORT: '0',
        SUPERGRAPH: file,
        CACHE: 'off',
        RATE_LIMIT_PER_ADDRESS: '100000',
        RATE_LIMIT_PER_VIEWER: '100000',
      });
      const started = await createGateway({ env, infrastructure, logger: createLogger('test', 'silent') });
      await started.listen();
      return started;
    };
    gateway = await start(path.join(root, 'supergraph.graphql'));
    open = await start(path.join(folder, 'open.graphql'));
    schema = buildSchema(await (await fetch(`${gateway.url}/schema.graphql`)).text());

    const as = async (name: string, ...scopes: string[]): Promise<void> => {
      const token = await issuer.sign({ sub: `usr_${name}`, scope: scopes.join(' '), sid: undefined });
      viewers[name] = {
        headers: { authorization: `Bearer ${token}` },
        viewer: { userId: `usr_${name}`, scopes, region: 'US' },
      };
    };
    viewers['visitor'] = { headers: {}, viewer: { scopes: [], region: 'US' } };
    await as('member', 'catalog:read');
    await as('editor', 'catalog:read', 'catalog:write', 'media:write');
    await as('admin', 'catalog:read', 'catalog:write', 'media:write', 'admin');
    viewers['key'] = {
      headers: { 'x-api-key': platform.seeded.partnerApiKey },
      viewer: { apiKeyId: 'key_1', scopes: ['catalog:read'], region: 'US' },
    };
  }, 120_000);
  afterAll(async () => {
    await gateway?.close();
    await open?.close();
    await infrastructure?.close();
    await issuer?.stop();
    await platform?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'is refused by the subgraphs too, with the same code, place and words',
    { timeout: 120_000 },
    async () => {
      let compared = 0;
      for (const [name, { headers, viewer }] of Object.entries(viewers)) {
        const differences = await Promise.all(
          roots().map(async ({ coordinate, operation, field }) => {
            // a stream that may be followed waits for its first event
            if (coordinate === 'Subscription.membershipChanged' && viewer.userId !== undefined) return [];
            const [ours, theirs] = await Promise.all(
              [gateway, open].map((one) => send(one, operation, ask(field), headers)),
            );
            compared += 1;
            const allowed = await isAllowed(coordinate, viewer);
            if (!allowed) expect(refusals(ours as Answer), `${coordinate} for ${name}`).toHaveLength(1);
            return JSON.stringify([refusals(ours as Answer), !allowed && ours?.data]) ===
              JSON.stringify([refusals(theirs as Answer), !allowed && theirs?.data])
              ? []
              : [{ coordinate, ours, theirs }];
          }),
        );
        expect(differences.flat(), name).toEqual([]);
      }
      expect(compared).toBe(roots().length * Object.keys(viewers).length - 3);
    },
  );

  it('is all that they refuse to visitors and for want of a scope', { timeout: 60_000 }, async () => {
    const { visitor, member } = viewers;
    const refused = async ({ coordinate, operation, field }: ReturnType<typeof roots>[number]) => {
      const answer = await send(open, operation, ask(field), visitor?.headers ?? {});
      const needed = refusals(answer).some(([code]) => code === 'UNAUTHENTICATED');
      if (!needed) return [];
      // who is signed in is told of the scope
      const second = await (coordinate === 'Subscription.membershipChanged'
        ? {}
        : send(open, operation, ask(field), member?.headers ?? {}));
      const [, scope] = /needs the scope "([^"]+)"/.exec(String(refusals(second)[0]?.[2])) ?? [];
      return [[coordinate, scope ?? 'authenticated'] as const];
    };
    const found = Object.fromEntries((await Promise.all(roots().map(refused))).flat());
    const annotated = Object.fromEntries(
      [...rules]
        .filter(([coordinate]) => isRoot(coordinate))
        .map(([coordinate, { scopes }]) => [coordinate, scopes?.flat().join() ?? 'authenticated']),
    );
    expect(found).toEqual(annotated);
  });

  it('covers, of entities, the fields that they keep to the signed in', async () => {
    const refused = new Map<string, string>();
    const askOwner = async (subgraph: SubgraphName, type: string, field: GraphQLField<unknown, unknown>) => {
      const query = `{ _entities(representations: [{ __typename: "${type}", id: "none" }]) { ... on ${type} { ${ask(field)} } } }`;
      for (const [who, { viewer }] of Object.entries(viewers)) {
        const signed = { [VIEWER_HEADER]: signViewer(viewer, secret) };
        const answer = await post(`${platform.addresses.url(subgraph)}/graphql`, query, signed);
        // the entity itself is refused elsewhere
        const [refusal] = refusals(answer).filter(([, at]) => String(at).split('.').length > 2);
        if (refusal) refused.set(`${type}.${field.name} ${who}`, String(refusal[0]));
      }
    };
    const ofSubgraph = (subgraph: SubgraphName) => {
      const { definitions } = parse(
        readFileSync(path.join(root, `subgraphs/${subgraph}/schema.graphql`), 'utf8'),
      );
      return definitions.flatMap((one) => {
        if (one.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
        if (!one.directives?.some(({ name }) => name.value === 'key')) return [];
        const own = new Set(one.fields?.map(({ name }) => name.value));
        return fieldsOf(one.name.value)
          .filter(({ name }) => own.has(name))
          .map((field) => askOwner(subgraph, one.name.value, field));
      });
    };
    await Promise.all(subgraphNames.flatMap(ofSubgraph));
    const nested = [...rules.keys()].filter((coordinate) => !isRoot(coordinate));
    const toVisitors = [...refused].filter(([key]) => key.endsWith(' visitor'));
    expect(nested.length).toBeGreaterThan(5);
    expect(Object.fromEntries(toVisitors)).toEqual(
      Object.fromEntries(nested.map((coordinate) => [`${coordinate} visitor`, 'UNAUTHENTICATED'])),
    );
    for (const coordinate of nested)
      for (const [who, { viewer }] of Object.entries(viewers))
        if (!(await isAllowed(coordinate, viewer)))
          expect(refused.get(`${coordinate} ${who}`)).toBe('UNAUTHENTICATED');
  });

  it('is in its place among what a visitor gets who signs in with the same request', async () => {
    const fields = `membership { id } entitlements { active } invoices { edges { cursor } }
      profiles { id home { id } myList { totalCount } continueWatching { edges { cursor } } }`;
    const login = `login(input: { email: "viewer@marquee.test", password: "marquee-demo-1" }) { user { email ${fields} } }`;
    const ours = await send(gateway, 'mutation', login, {});
    const theirs = await send(open, 'mutation', login, {});
    expect(refusals(ours)).toHaveLength(3 + 2 * 3);
    expect(ours.data).toEqual(theirs.data);
    const inAnyOrder = (answer: Answer) =>
      refusals(answer)
        .map((one) => JSON.stringify(one))
        .toSorted();
    expect(inAnyOrder(ours)).toEqual(inAnyOrder(theirs));
  });

  it('leaves what everyone may ask as cheap to prepare as it was', () => {
    const everyones = parse(
      '{ search(query: "x") { edges { node { name genres { name } similar { name } } } } me { email } }',
    );
    const [definition] = everyones.definitions;
    expect(compileAccess(schema, annotations, [definition as never])).toBeUndefined();
  });
});
