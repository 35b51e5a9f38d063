# One image for the gateway and all subgraphs: the command says which one runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# the young generation in MB, twice: Node 24 by itself would let it grow to 64
ENV NODE_ENV=production NODE_OPTIONS=--max-semi-space-size=16
# memory that threads have used to compile goes back to the system; by itself glibc comes to keep ever more
ENV GLIBC_TUNABLES=glibc.malloc.trim_threshold=262144:glibc.malloc.mmap_threshold=33554432
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist ./
COPY --from=build /app/package.json ./
USER node
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# flags that NODE_OPTIONS may not have: more of the small functions on an operation's way are compiled into one another
CMD ["node", "--max-inlined-bytecode-size=1000", "--max-inlined-bytecode-size-cumulative=3000", "gateway/main.js"]
