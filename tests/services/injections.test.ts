import { describeInjections } from '../support/injections.ts';

describeInjections(500);
