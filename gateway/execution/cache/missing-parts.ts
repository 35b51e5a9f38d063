import type { FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import type { CachedCall, KnownFetch } from './cached-fetch.ts';
import type { Brought, Flight, Sent } from './flights.ts';
import { withoutAnswer } from './lost-parts.ts';
import { isKeepable, resultOf, type Part } from './parts.ts';
import { sendFor } from './sending.ts';

/** A part that somebody fetches. */
interface Awaited {
  readonly part: Part;
  readonly index: number;
}

/** Fetches what is missing, or waits for those who do, and puts it where it belongs among what was found. */
export async function fetchMissing(
  fetch: KnownFetch,
  call: CachedCall,
  parts: readonly Part[],
  missing: readonly Part[],
): Promise<FormattedExecutionResult> {
  const { told, shared } = fetch;
  const { caching: ledger, signal } = call.request;
  const joined = new Map<Sent, Awaited[]>();
  const led: Part[] = [];
  for (const part of missing) {
    const flight: Flight | undefined = isKeepable(part) ? shared.flights.find(part) : undefined;
    told(flight ? 'joined' : 'miss', part);
    if (!flight) led.push(part);
    else joined.set(flight.sent, [...(joined.get(flight.sent) ?? []), { part, index: flight.index }]);
  }
  for (const sent of joined.keys()) sent.wait(signal);
  const own = led.length > 0 ? sendFor(fetch, call, led, signal) : undefined;

  const errors: GraphQLFormattedError[] = [];
  const lost = new Map<Part, GraphQLError>();
  const take = async (answered: Promise<Brought>, wanted: readonly Awaited[], isOwn: boolean) => {
    let came: Brought;
    try {
      came = await answered;
    } catch (error) {
      for (const { part } of wanted) lost.set(part, error as GraphQLError);
      return undefined;
    }
    const values = isOwn ? came.values : came.copies();
    errors.push(...came.errors);
    for (const { part, index } of wanted) {
      part.data = values?.[index];
      for (const error of came.errorsOf.get(index) ?? [])
        errors.push({ ...error, path: ['_entities', part.index, ...(error.path ?? []).slice(2)] });
      if (part.policy && came.good.has(index)) ledger?.part(0, part.policy);
      else ledger?.uncached();
    }
    return came;
  };
  const [alone] = await Promise.all([
    own &&
      take(
        own,
        led.map((part, index) => ({ part, index })),
        true,
      ),
    ...[...joined].map(([sent, wanted]) => take(sent.answer, wanted, false)),
  ]);
  if (alone && led.length === parts.length) return alone.result;
  return resultOf(call, parts, [...errors, ...withoutAnswer(fetch, call, parts, lost)]);
}
