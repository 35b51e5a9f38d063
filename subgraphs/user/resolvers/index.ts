import { GraphQLDateTimeISO } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { Mutation } from './Mutation.ts';
import { Profile } from './Profile.ts';
import { Query } from './Query.ts';
import { User } from './User.ts';

export const resolvers: Resolvers = { DateTime: GraphQLDateTimeISO, Mutation, Profile, Query, User };
