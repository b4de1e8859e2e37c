// The list as the address has it, and how it is changed: by going to another address.

import { useLocation, useSearch } from 'wouter';
import { type ListQuery, listName, readQuery, writeQuery } from '../state/case-query.ts';

export function useListQuery(): readonly [ListQuery, (query: ListQuery) => void] {
  const search = useSearch();
  const [, go] = useLocation();
  return [readQuery(search), (query) => go(listAddress(query))];
}

export function listAddress(query: ListQuery): string {
  const text = writeQuery(query);
  return text === '' ? '/breaks' : `/breaks?${text}`;
}

/** The address of a case, which keeps the list that it was opened from. */
export function detailAddress(id: string, query: ListQuery): string {
  const text = writeQuery(query);
  return `/breaks/${id}${text === '' ? '' : `?${text}`}`;
}

/** Where pages begin that were seen, by the list without its page: so that one can go back to any of them. */
const PLACES = new Map<string, Map<number, string>>();

export function placesOf(query: ListQuery): Map<number, string> {
  const name = listName(query);
  const places = PLACES.get(name) ?? new Map<number, string>([[1, '']]);
  PLACES.set(name, places);
  if (query.after !== '') places.set(query.page, query.after);
  return places;
}

/** The row that had the frame when the list was left, by its address: it has it again. */
const FRAMES = new Map<string, string>();

export function frameOf(query: ListQuery): string | undefined {
  return FRAMES.get(writeQuery(query));
}

export function keepFrame(query: ListQuery, id: string): void {
  FRAMES.set(writeQuery(query), id);
}
