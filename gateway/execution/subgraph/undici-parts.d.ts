/** Parts of undici without the rest of it, such as its own `fetch`, which would take 3 MB in every process. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
