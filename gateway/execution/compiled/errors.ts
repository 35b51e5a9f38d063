import { GraphQLError } from 'graphql';
import { publicKey } from '../../operation/planning/private-keys.ts';
import { isObject, isWritable } from './json.ts';
import type { ResponsePath } from './paths.ts';

/** At most so many errors tell of one fetch, however many objects it was for. */
export const MOST_ERRORS = 100;

/**
 * Errors of a subgraph, where the client finds what they are about.
 * @param locate every place in the answer that a path in the subgraph's own answer stands for; none if unknown
 */
export function relocateErrors(
  errors: readonly unknown[],
  serviceName: string,
  locate: (path: ResponsePath) => readonly ResponsePath[],
): GraphQLError[] {
  return errors.slice(0, MOST_ERRORS).flatMap((error) => {
    const { message, path, extensions } = isObject(error) ? error : {};
    const text = typeof message === 'string' ? message : `The service "${serviceName}" failed.`;
    const given = isObject(extensions) && isWritable(extensions) ? extensions : {};
    const more = { ...given, code: given['code'] ?? 'DOWNSTREAM_SERVICE_ERROR', serviceName };
    const places = isPath(path) ? locate(path).slice(0, MOST_ERRORS) : [];
    if (places.length === 0) return [new GraphQLError(text, { extensions: more })];
    return places.map((place) => new GraphQLError(text, { path: place, extensions: more }));
  });
}

/** A path of a planned document, as the client may see it. */
export const publicPath = (path: ResponsePath): ResponsePath =>
  path.map((key) => (typeof key === 'string' ? publicKey(key) : key));

/** Errors with paths of a planned document, as the client may see them. */
export const withPublicPaths = (errors: readonly GraphQLError[]): readonly GraphQLError[] =>
  errors.map((error) => {
    const path = error.path && publicPath(error.path);
    const isPublic = !path || path.every((key, index) => key === error.path?.[index]);
    return isPublic ? error : new GraphQLError(error.message, { path, extensions: error.extensions });
  });

const isPath = (path: unknown): path is ResponsePath =>
  Array.isArray(path) && path.every((one) => typeof one === 'string' || typeof one === 'number');
