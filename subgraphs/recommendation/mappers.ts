import type { Shelf } from './recommender.ts';

export interface ProfileMapper {
  readonly id: string;
}
export interface TitleMapper {
  readonly id: string;
}
export type ShelfMapper = Shelf;
