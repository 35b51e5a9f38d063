/** What the explorer shows at first; it works on any supergraph. */
const FIRST_QUERY = `# Marquee's explorer. Ctrl-Enter runs the operation at the cursor; Ctrl-Space completes.
# To be signed in, put your access token into the headers below:
#   { "Authorization": "Bearer <access token>" }
# They go with queries, mutations and subscriptions alike.

query WhatCanIAsk {
  __schema {
    queryType { fields { name description } }
    subscriptionType { fields { name description } }
  }
}
`;

/** GraphiQL, put together from files of our own origin; subscriptions go over graphql-ws with the same headers. */
export const explorerPage = (path: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Marquee explorer</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/explorer/graphiql.css" />
    <style>body { margin: 0; } #graphiql { height: 100vh; }</style>
  </head>
  <body>
    <div id="graphiql">Loading…</div>
    <script src="/explorer/react.js"></script>
    <script src="/explorer/react-dom.js"></script>
    <script src="/explorer/graphiql.js"></script>
    <script src="/explorer/graphql-ws.js"></script>
    <script>
      const path = ${JSON.stringify(path)};
      const overHttp = GraphiQL.createFetcher({ url: path });
      let socket, socketHeaders;

      // A connection belongs to its headers: others in the editor mean another one.
      function socketFor(headers) {
        const text = JSON.stringify(headers ?? {});
        if (text !== socketHeaders) {
          if (socket) socket.dispose();
          socket = graphqlWs.createClient({
            url: new URL(path, location.href.replace(/^http/, 'ws')).href,
            connectionParams: headers ?? {},
          });
          socketHeaders = text;
        }
        return socket;
      }

      function isSubscription(params, document) {
        const operations = document ? document.definitions.filter((one) => one.kind === 'OperationDefinition') : [];
        const named = operations.find((one) => one.name && one.name.value === params.operationName);
        return (named ?? operations[0])?.operation === 'subscription';
      }

      function fetcher(params, options) {
        return isSubscription(params, options && options.documentAST)
          ? socketFor(options.headers).iterate(params)
          : overHttp(params, options);
      }

      ReactDOM.createRoot(document.getElementById('graphiql')).render(
        React.createElement(GraphiQL, {
          fetcher,
          defaultQuery: ${JSON.stringify(FIRST_QUERY)},
          isHeadersEditorEnabled: true,
          shouldPersistHeaders: true,
          defaultEditorToolsVisibility: 'headers',
        }),
      );
    </script>
  </body>
</html>
`;
