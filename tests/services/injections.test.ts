import { describeInjections } from '../support/injections.ts';

/** Five hundred take ten minutes: `INJECTION_STRINGS=500`. */
describeInjections(Number(process.env['INJECTION_STRINGS'] ?? 40));
