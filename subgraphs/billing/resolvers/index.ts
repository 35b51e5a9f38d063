import { DateTimeResolver } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { Invoice } from './Invoice.ts';
import { Membership } from './Membership.ts';
import { Mutation } from './Mutation.ts';
import { Plan } from './Plan.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = {
  DateTime: DateTimeResolver,
  Invoice,
  Membership,
  Mutation,
  Plan,
  Query,
  Subscription,
  User,
};
