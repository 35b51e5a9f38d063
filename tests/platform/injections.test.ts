import { describeInjections } from '../support/injections.ts';

// tests/services does it with more
describeInjections(20);
