import type { Resolvers } from '../generated/resolvers.ts';
import { Mutation } from './Mutation.ts';
import { Profile } from './Profile.ts';
import { Shelf } from './Shelf.ts';
import { Title } from './Title.ts';

export const resolvers: Resolvers = { Mutation, Profile, Shelf, Title };
