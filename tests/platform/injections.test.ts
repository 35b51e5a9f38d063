import { describeInjections } from '../support/injections.ts';

// tests/services does it with 500
describeInjections(20);
