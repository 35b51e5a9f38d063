// All four subgraphs in one process: node build/subgraphs/main.js PORT
//   POST /<subgraph>   GraphQL;  its path is also where streams are (graphql-ws)
//   GET  /counts       { calls, misses } since the last POST /reset
//   POST /emit         events for the streams
//   POST /v1/traces    takes spans
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createData } from './data.ts';
import { subgraphNames } from './schemas.ts';
import { createStreams } from './streams.ts';
import { createMeasuredSubgraph } from './subgraph.ts';

const port = Number(process.argv[2]);
const data = createData();
const subgraphs = new Map(subgraphNames.map((name) => [`/${name}`, createMeasuredSubgraph(name, data)]));

const server = createServer((request, response) => {
  response.sendDate = false;
  const subgraph = subgraphs.get(request.url ?? '');
  if (!subgraph || request.method !== 'POST') return control(request, response);
  collect(request, (body) => {
    void subgraph.answer(body).then(
      (answer) => send(response, 200, answer),
      (error: unknown) =>
        send(response, 500, Buffer.from(JSON.stringify({ errors: [{ message: String(error) }] }))),
    );
  });
});
server.keepAliveTimeout = 120_000;
const streams = createStreams(server, subgraphs);

function collect(request: IncomingMessage, done: (body: string) => void): void {
  let first: Buffer | undefined;
  let more: Buffer[] | undefined;
  request.on('data', (chunk: Buffer) => {
    if (!first) first = chunk;
    else (more ??= [first]).push(chunk);
  });
  request.on('end', () => done((more ? Buffer.concat(more) : (first ?? Buffer.alloc(0))).toString('utf8')));
}

function send(response: ServerResponse, status: number, answer: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': answer.length });
  response.end(answer);
}

function control(request: IncomingMessage, response: ServerResponse): void {
  const json = (value: unknown): void => send(response, 200, Buffer.from(JSON.stringify(value)));
  const url = new URL(request.url ?? '/', 'http://localhost');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /counts': {
      const all = [...subgraphs.values()];
      return json({
        calls: all.reduce((sum, { calls }) => sum + calls, 0),
        misses: all.reduce((sum, { misses }) => sum + misses, 0),
        streams: streams.open,
      });
    }
    case 'POST /reset':
      for (const subgraph of subgraphs.values()) subgraph.calls = subgraph.misses = 0;
      return json({});
    case 'POST /v1/traces':
      // a collector of spans that keeps none
      request.resume();
      return json({});
    case 'POST /emit':
      void streams
        .emit({
          slots: Number(url.searchParams.get('slots')),
          seconds: Number(url.searchParams.get('seconds')),
          spread: url.searchParams.get('spread') === 'true',
        })
        .then(json);
      return;
    default:
      return send(response, 404, Buffer.from('{"errors":[{"message":"not found"}]}'));
  }
}

server.listen(port, '127.0.0.1', () => console.log('ready'));
