import { parseArgs } from 'node:util';
import * as z from 'zod';
import { readEnv } from '../../platform/env.ts';

export interface DemoEnv {
  readonly gatewayUrl: string;
  readonly mailUrl: string;
  readonly file: string | undefined;
  readonly help: boolean;
}

/** Where the platform is, from PORT or from flags, and which video to upload. */
export function readDemoEnv(args: string[]): DemoEnv {
  const { values } = parseArgs({
    args,
    options: {
      url: { type: 'string' },
      mail: { type: 'string' },
      file: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { PORT } = readEnv(z.object({ PORT: z.coerce.number().int().min(1).max(65_522).default(4000) }));
  return {
    gatewayUrl: values.url ?? `http://127.0.0.1:${PORT}`,
    mailUrl: values.mail ?? `http://127.0.0.1:${PORT + 10}`,
    file: values.file,
    help: values.help,
  };
}
