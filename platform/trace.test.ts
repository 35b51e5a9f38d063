import { describe, expect, test } from 'vitest';
import { traceFrom, traceparent } from './trace.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

describe('traceparent', () => {
  test.each([
    [`00-${traceId}-${parentId}-01`, true],
    [`00-${traceId}-${parentId}-00`, false],
    [`00-${traceId}-${parentId}-03`, true],
    [`01-${traceId}-${parentId}-01`, true],
    [`cc-${traceId}-${parentId}-01-what-comes-later`, true],
  ])('%s is continued', (header, sampled) => {
    const trace = traceFrom(header, () => !sampled);
    expect(trace).toMatchObject({ traceId, parentId, sampled });
    expect(traceparent(trace)).toBe(`00-${traceId}-${trace.spanId}-${sampled ? '01' : '00'}`);
  });

  test('what other systems add to it is kept, up to the length that is asked for', () => {
    const header = `00-${traceId}-${parentId}-01`;
    expect(traceFrom(header, undefined, 'a=1,b=2').state).toBe('a=1,b=2');
    expect(traceFrom(header, undefined, 'x'.repeat(513)).state).toBeUndefined();
    expect(traceFrom(undefined, undefined, 'a=1').state).toBeUndefined();
  });

  test.each([
    undefined,
    '',
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-011`,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${parentId}`,
    ` 00-${traceId}-${parentId}-01`,
  ])('%j begins a trace of its own', (header) => {
    const trace = traceFrom(header, () => true);
    expect(trace.traceId).toMatch(/^[\da-f]{32}$/);
    expect(trace.traceId).not.toBe(traceId);
    expect(trace).toMatchObject({ parentId: undefined, sampled: true });
  });
});
