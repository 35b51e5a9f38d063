import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { getNamedType, isLeafType, type FormattedExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { subgraphNames, type SubgraphName } from '../../local/addresses.ts';
import { selectAll } from '../platform/selection.ts';
import { injectionStrings, type InjectionTargets } from './injection-strings.ts';
import { startTestPlatform, type TestPlatform } from './platform.ts';
import { argumentsWith, stringArguments, type StringArgument } from './string-arguments.ts';
import { startWideGateway, type WideGateway } from './wide-gateway.ts';

const schema = Supergraph.build(
  readFileSync(path.join(import.meta.dirname, '../../supergraph.graphql'), 'utf8'),
  { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES },
)
  .apiSchema()
  .toGraphQLJSSchema();

type Account = 'viewer' | 'editor' | 'admin';

/** Who may use a root field; the viewer may use the others. */
const accounts: Record<string, Account> = {
  ...Object.fromEntries(
    `createMovie updateMovie publishTitle unpublishTitle createUpload completeUpload retryTranscode cancelTranscode
     asset transcodeJob transcodeProgress`
      .split(/\s+/)
      .map((name) => [name, 'editor']),
  ),
  setRoles: 'admin',
};

/** How to come to a type's fields from the root. */
const ways: Record<string, (inner: string) => string> = {
  Query: (inner) => inner,
  Mutation: (inner) => inner,
  User: (inner) => `me { ${inner} }`,
  Profile: (inner) => `profile(id: "prf_demo_viewer") { ${inner} }`,
  Shelf: (inner) => `profile(id: "prf_demo_viewer") { home(first: 1) { ${inner} } }`,
};

/** Where a text that was taken comes back. */
const stored: Record<string, (payload: any) => string | undefined> = {
  'Mutation.createMovie(input.name)': ({ movie }) => movie?.name,
  'Mutation.createMovie(input.synopsis)': ({ movie }) => movie?.synopsis,
  'Mutation.updateMovie(input.name)': ({ movie }) => movie?.name,
  'Mutation.updateMovie(input.synopsis)': ({ movie }) => movie?.synopsis,
  'Mutation.createProfile(input.name)': ({ profile }) => profile?.name,
  'Mutation.updateProfile(input.name)': ({ profile }) => profile?.name,
  'Mutation.createApiKey(name)': ({ apiKey }) => apiKey?.name,
};

/** Codes are guessed a few times per account, and no more, whatever they are: there the others are refused unread. */
const guarded = new Set([
  'Mutation.confirmMfa(code)',
  'Mutation.disableMfa(code)',
  'Mutation.deleteProfile(pin)',
  'Mutation.updateProfile(input.currentPin)',
  'Mutation.updateProfile(input.password)',
]);

/** Fields that are asked for at once. */
const AT_ONCE = 15;

/**
 * Sends injection strings to every string argument of the composed schema, on a whole platform: nothing may be
 * executed, and what is taken must be stored as the text that it is (C22).
 * @param count how many strings each argument gets
 */
export function describeInjections(count: number): void {
  describe(`C22 ${count} SQL, shell, log and template injection strings in every string argument`, () => {
    let platform: TestPlatform;
    let wide: WideGateway;
    let listener: Server;
    let knocks = 0;
    let targets: InjectionTargets;
    let strings: readonly string[];
    let product: string;
    let movieId: string;
    let pinned: string;
    let tables: Record<string, string[]>;
    let texts = 0;
    const marker = `marker${randomBytes(8).toString('hex')}`;
    const prototype = Reflect.ownKeys(Object.prototype);
    const tokens = {} as Record<Account, string>;

    const send = async (query: string, variables: object, token?: string) => {
      texts += 1;
      const response = await fetch(`${wide.gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          // another client each time, so that none has used up what an address may try
          'x-forwarded-for': `10.${(texts >> 16) % 256}.${(texts >> 8) % 256}.${texts % 256}`,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      expect(response.status, text).toBeLessThan(500);
      return { text, ...(JSON.parse(text) as FormattedExecutionResult<Record<string, any>>) };
    };

    const onDatabase = async <Row>(name: SubgraphName, sql: string): Promise<Row[]> => {
      const port = platform.addresses.port('postgres');
      const client = new pg.Client({
        connectionString: `postgresql://postgres:postgres@127.0.0.1:${port}/${name}`,
      });
      await client.connect();
      try {
        return (await client.query(sql)).rows as Row[];
      } finally {
        await client.end();
      }
    };
    const tablesOf = async (name: SubgraphName): Promise<string[]> =>
      (
        await onDatabase<{ tablename: string }>(
          name,
          `select tablename from pg_tables where schemaname = 'public' order by 1`,
        )
      ).map(({ tablename }) => tablename);

    beforeAll(async () => {
      platform = await startTestPlatform();
      wide = await startWideGateway(platform);
      listener = createServer((socket) => {
        knocks += 1;
        socket.destroy();
      });
      await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
      targets = {
        table: 'injection_canary',
        file: path.join(tmpdir(), `injected-${randomBytes(8).toString('hex')}`),
        listener: `127.0.0.1:${(listener.address() as AddressInfo).port}`,
        factors: [1_234_577, 7_654_321],
        forgedMessage: `forged ${randomBytes(8).toString('hex')}`,
      };
      product = String(BigInt(targets.factors[0]) * BigInt(targets.factors[1]));
      strings = injectionStrings(count, targets);
      expect(new Set(strings).size).toBe(count);
      for (const name of subgraphNames)
        await onDatabase(
          name,
          `create table ${targets.table} (text text); insert into ${targets.table} values ('${marker}')`,
        );
      tables = Object.fromEntries(
        await Promise.all(subgraphNames.map(async (name) => [name, await tablesOf(name)] as const)),
      );
      for (const account of ['viewer', 'editor', 'admin'] as const) {
        const { data } = await send(
          'mutation ($input: LoginInput!) { login(input: $input) { tokens { accessToken } } }',
          { input: { email: `${account}@marquee.test`, password: 'marquee-demo-1' } },
        );
        tokens[account] = data?.['login'].tokens.accessToken;
      }
      const movie = await send(
        'mutation { createMovie(input: { name: "Injected", maturityRating: AGE_7 }) { movie { id } } }',
        {},
        tokens.editor,
      );
      movieId = movie.data?.['createMovie'].movie.id;
      const profile = await send(
        'mutation { createProfile(input: { name: "Pinned", pin: "4711" }) { profile { id } } }',
        {},
        tokens.viewer,
      );
      pinned = profile.data?.['createProfile'].profile.id;
      expect([movieId, pinned, ...Object.values(tokens)]).not.toContain(undefined);
    }, 240_000);
    afterAll(async () => {
      listener?.close();
      await wide?.close();
      await platform?.close();
    }, 60_000);

    /** What stands where no string is tried: things that are there, so that the others are not refused unread. */
    const sampleFor =
      ({ field, path: [first] }: StringArgument, index: number) =>
      (name: string): unknown => {
        if (first === name) return undefined;
        const ofEditor = accounts[field.name] === 'editor';
        const samples: Record<string, unknown> = {
          email: `nobody-${field.name}-${index}@example.test`,
          titleId: ofEditor ? movieId : 'demo-colour-bars',
          profileId: /updateProfile|deleteProfile/.test(field.name) ? pinned : 'prf_demo_viewer',
          password: field.name === 'register' ? 'a long enough password' : undefined,
          fileName: 'a.mp4',
          contentType: 'video/mp4',
          scopes: ['catalog:read'],
          planId: 'standard-monthly',
          genreIds: undefined,
        };
        return samples[name];
      };

    const documentOf = (argument: StringArgument, from: number, some: readonly string[]) => {
      const { field, type } = argument;
      const way = ways[type];
      if (!way) throw new Error(`Say how to come to the fields of ${type}.`);
      const named = getNamedType(field.type);
      const selection = isLeafType(named) ? '' : `{ __typename ${selectAll(schema, named, 1)} }`;
      const variables: Record<string, unknown> = {};
      const definitions: string[] = [];
      const fields = some.map((text, index) => {
        const values = argumentsWith(argument, text, sampleFor(argument, from + index));
        const given = Object.entries(values).map(([name, value]) => {
          variables[`${name}${index}`] = value;
          definitions.push(`$${name}${index}: ${String(field.args.find((one) => one.name === name)?.type)}`);
          return `${name}: $${name}${index}`;
        });
        return `a${index}: ${field.name}(${given.join(', ')}) ${selection}`;
      });
      const kind = type === 'Mutation' ? 'mutation' : 'query';
      return { query: `${kind} (${definitions.join(' ')}) { ${way(fields.join('\n'))} }`, variables };
    };

    /** Data of the fields, by alias, wherever they stand. */
    const answersIn = (data: unknown): Record<string, unknown> => {
      if (typeof data !== 'object' || data === null) return {};
      if (Array.isArray(data)) return answersIn(data[0]);
      return 'a0' in data ? (data as Record<string, unknown>) : answersIn(Object.values(data)[0]);
    };

    /** An answer, with what the log knows of its first error. */
    const explain = (text: string, errors: FormattedExecutionResult['errors']): string => {
      const ids = new Set(errors?.map(({ extensions }) => String(extensions?.['traceId'])));
      const lines = readFileSync(platform.logFile, 'utf8').split('\n');
      const told = lines.filter((line) => [...ids].some((id) => line.includes(id)));
      return [text.slice(0, 2_000), ...told.slice(0, 3)].join('\n');
    };

    const check = (name: string, { text, errors }: { text: string } & FormattedExecutionResult): void => {
      expect(text).not.toContain(marker);
      expect(text).not.toContain(product);
      const codes = new Set((errors ?? []).map(({ extensions }) => extensions?.['code']));
      const allowed = [
        'BAD_USER_INPUT',
        'NOT_FOUND',
        'FORBIDDEN',
        ...(guarded.has(name) ? ['RATE_LIMITED'] : []),
      ];
      for (const code of codes) expect(allowed, explain(text, errors)).toContain(code);
    };

    const all = stringArguments(schema);
    const streams = all.filter(({ type }) => type === 'Subscription');
    const asked = all.filter(({ type }) => type !== 'Subscription');

    it('knows every place where a client may write a text', () => {
      expect(all.length).toBeGreaterThanOrEqual(80);
      expect(Object.keys(stored).filter((name) => !all.some((one) => one.name === name))).toEqual([]);
      expect([...guarded].filter((name) => !all.some((one) => one.name === name))).toEqual([]);
    });

    it.each(asked.map((argument) => [argument.name, argument] as const))(
      '%s',
      async (name, argument) => {
        const token = tokens[accounts[argument.field.name] ?? 'viewer'];
        let kept = 0;
        const chunks = Array.from({ length: Math.ceil(count / AT_ONCE) }, (_, index) => index * AT_ONCE);
        const sendChunk = async (from: number): Promise<void> => {
          const some = strings.slice(from, from + AT_ONCE);
          const { query, variables } = documentOf(argument, from, some);
          const answer = await send(query, variables, token);
          expect(answer.data, answer.text.slice(0, 2_000)).toBeDefined();
          check(name, answer);
          const payloads = answersIn(answer.data);
          for (const [index, text] of some.entries()) {
            const payload = payloads[`a${index}`];
            const back = payload ? stored[name]?.(payload) : undefined;
            if (typeof back !== 'string') continue;
            expect(back).toBe(text.normalize('NFC').trim());
            kept += 1;
          }
        };
        const worker = async (): Promise<void> => {
          for (let from = chunks.shift(); from !== undefined; from = chunks.shift()) await sendChunk(from);
        };
        // the fields of a query are asked for at once, those of a mutation one after the other
        const workers = argument.type === 'Mutation' ? 8 : 2;
        await Promise.all(Array.from({ length: workers }, worker));
        if (name in stored) expect(kept).toBeGreaterThan(0);
      },
      600_000,
    );

    it.each(streams.map((argument) => [argument.name, argument] as const))(
      '%s',
      async (name, argument) => {
        const client = createClient({
          url: `${wide.gateway.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          connectionParams: { token: tokens[accounts[argument.field.name] ?? 'viewer'] },
        });
        const [variable = ''] = argument.path;
        const query = `subscription ($text: ID!) { ${argument.field.name}(${variable}: $text) { __typename } }`;
        for (const text of strings) {
          const { value } = (await client
            .iterate({ query, variables: { text } })
            .next()
            .catch((errors: FormattedExecutionResult['errors']) => ({ value: { errors } }))) as {
            value: FormattedExecutionResult;
          };
          expect(value.errors).toBeDefined();
          check(name, { text: JSON.stringify(value), ...value });
        }
        await client.dispose();
      },
      600_000,
    );

    it('has executed nothing', async () => {
      for (const name of subgraphNames) {
        expect(await tablesOf(name)).toEqual(tables[name]);
        expect(await onDatabase(name, `select text from ${targets.table}`)).toEqual([{ text: marker }]);
      }
      expect(existsSync(targets.file)).toBe(false);
      expect(knocks).toBe(0);
      expect(Reflect.ownKeys(Object.prototype)).toEqual(prototype);
    });

    it('has written no line into a log that is not one of ours, and no text that was computed', async () => {
      const lines = [readFileSync(platform.logFile, 'utf8'), wide.log()]
        .join('\n')
        .split('\n')
        .filter(Boolean);
      for (const line of lines) {
        const { level, message } = JSON.parse(line) as { level: string; message?: string };
        expect(['debug', 'info', 'warn']).toContain(level);
        expect(message ?? '').not.toContain(targets.forgedMessage);
      }
      const files = readdirSync(platform.dataDir, { recursive: true, encoding: 'utf8' }).filter((file) =>
        /\.(?:log|json|eml)$/.test(file),
      );
      for (const file of files)
        expect(readFileSync(path.join(platform.dataDir, file), 'utf8').includes(product), file).toBe(false);
    });

    it('and the platform answers as before', async () => {
      const { data } = await send('{ title(id: "alien-1979") { name } me { email } }', {}, tokens.viewer);
      expect(data).toEqual({ title: { name: 'Alien' }, me: { email: 'viewer@marquee.test' } });
    });
  });
}
