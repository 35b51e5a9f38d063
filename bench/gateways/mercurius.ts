// @mercuriusjs/gateway, which knows Federation 1 only: node build/gateways/mercurius.js PORT SUBGRAPHS
import gateway from '@mercuriusjs/gateway';
import fastify, { type FastifyPluginCallback } from 'fastify';
import { federation1Schemas, subgraphNames } from '../subgraphs/schemas.ts';

const [, , port, origin] = process.argv;
const server = fastify();
// its types describe a default export, and what it exports is the plugin itself
await server.register(gateway as unknown as FastifyPluginCallback<Record<string, unknown>>, {
  jit: 1,
  gateway: {
    services: subgraphNames.map((name) => ({
      name,
      url: `${origin}/${name}`,
      schema: federation1Schemas[name],
      mandatory: true,
    })),
  },
});
await server.listen({ port: Number(port), host: '127.0.0.1' });
console.log('ready');
