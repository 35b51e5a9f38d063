/** Thrown when a supergraph cannot be read or composed; the message is a whole explanation, a line per cause. */
export class SupergraphError extends Error {
  override name = 'SupergraphError';
}
