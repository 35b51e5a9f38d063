import { DateTimeResolver, SafeIntResolver } from 'graphql-scalars';
import { GraphQLScalarType } from 'graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { MediaAsset } from './MediaAsset.ts';
import { Mutation } from './Mutation.ts';
import { PlaybackSession } from './PlaybackSession.ts';
import { Profile } from './Profile.ts';
import { Query } from './Query.ts';
import { Subscription } from './Subscription.ts';
import { Title } from './Title.ts';
import { TranscodeJob } from './TranscodeJob.ts';
import { Upload } from './Upload.ts';
import { WatchProgress } from './WatchProgress.ts';

/** A JSON number up to 2^53 - 1: graphql-scalars calls that SafeInt, and uses BigInt for numbers beyond JSON's. */
const BigInt = new GraphQLScalarType({ ...SafeIntResolver.toConfig(), name: 'BigInt' });

export const resolvers: Resolvers = {
  BigInt,
  DateTime: DateTimeResolver,
  MediaAsset,
  Mutation,
  PlaybackSession,
  Profile,
  Query,
  Subscription,
  Title,
  TranscodeJob,
  Upload,
  WatchProgress,
};
