/** undici's pool without the rest of it, such as its own `fetch`, which would take 3 MB in every process. */
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
