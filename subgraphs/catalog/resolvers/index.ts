import { GraphQLDateTimeISO } from 'graphql-scalars';
import type { Resolvers } from '../generated/resolvers.ts';
import { Episode } from './Episode.ts';
import { Movie } from './Movie.ts';
import { Mutation } from './Mutation.ts';
import { Person } from './Person.ts';
import { Query } from './Query.ts';
import { GenreFacet, SearchConnection, SearchEdge } from './SearchConnection.ts';
import { Season } from './Season.ts';
import { Series } from './Series.ts';
import { Suggestion } from './Suggestion.ts';
import { Title } from './Title.ts';
import { TitleConnection, TitleEdge } from './TitleConnection.ts';

export const resolvers: Resolvers = {
  DateTime: GraphQLDateTimeISO,
  Episode,
  GenreFacet,
  Movie,
  Mutation,
  Person,
  Query,
  SearchConnection,
  SearchEdge,
  Season,
  Series,
  Suggestion,
  Title,
  TitleConnection,
  TitleEdge,
};
