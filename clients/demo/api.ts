import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';

interface GraphQLAnswer<Data> {
  data?: Data | null;
  errors?: { message: string; path?: (string | number)[]; extensions?: { code?: string } }[];
}

/** The public API as one person uses it: with their token once they have signed in. */
export interface Api {
  /** Asks, and returns the data. @throws with the API's own words if there is any error */
  ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  /** Follows a subscription over graphql-ws. */
  follow<Data, Variables>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): AsyncIterable<Data>;
  /** The same API with a signed-in person's token. */
  as(accessToken: string): Api;
  close(): Promise<void>;
}

function dataOf<Data>({ data, errors }: GraphQLAnswer<Data>, what: string): Data {
  if (errors?.length)
    throw new Error(
      `${what}: ${errors.map(({ message, path, extensions }) => `${path?.join('.') ?? ''} ${message} (${extensions?.code ?? 'no code'})`.trim()).join('; ')}`,
    );
  if (!data) throw new Error(`${what}: the answer holds neither data nor errors`);
  return data;
}

const nameOf = (document: TypedDocumentNode<never, never>): string => {
  const [first] = document.definitions;
  return first?.kind === 'OperationDefinition' ? (first.name?.value ?? 'operation') : 'operation';
};

/** @param url the gateway's address, without a path */
export function createApi(url: string, accessToken?: string): Api {
  const authorization = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  let socket: Client | undefined;
  return {
    async ask(document, variables) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
          'apollographql-client-name': 'demo',
          ...authorization,
        },
        body: JSON.stringify({ query: print(document), variables }),
      });
      return dataOf((await response.json()) as GraphQLAnswer<never>, nameOf(document as never));
    },
    async *follow(document, variables) {
      socket ??= createClient({
        url: `${url.replace(/^http/, 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: authorization,
      });
      const events = socket.iterate({
        query: print(document),
        variables: variables as Record<string, unknown>,
      });
      for await (const event of events)
        yield dataOf(event as GraphQLAnswer<never>, nameOf(document as never));
    },
    as: (token) => createApi(url, token),
    async close() {
      await socket?.dispose();
    },
  };
}
