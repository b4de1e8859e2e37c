// Groups claims by their ids where some of them are callbacks that nobody signed. Their ids connect too, since some
// networks name a request and its receipt together in a callback only. But they never make one of two payments that
// others tell apart: anybody who can send a callback could hide a payment in another one.

import type { Line, Observation } from './claims.ts';
import { isUnsigned } from './evidence.ts';
import { type IdGroup, IdGroups } from './id-groups.ts';

interface Hint {
  readonly claim: Observation;
  readonly ids: readonly string[];
  readonly voice: string;
}

export class LinkedGroups {
  private readonly groups = new IdGroups();
  private hints: Hint[] | null = null;

  /** As of `IdGroups`. */
  add(claim: Observation | Line, ids: readonly string[], voice: string): void {
    if (!isUnsigned(claim)) {
      this.groups.add(claim, ids, voice);
      return;
    }
    this.hints ??= [];
    this.hints.push({ claim: claim as Observation, ids, voice });
  }

  list(): IdGroup[] {
    const groups = this.groups.list();
    return this.hints === null ? groups : withHints(groups, this.hints);
  }
}

/** A group, and what nobody signed of it. */
interface Home {
  readonly group: IdGroup;
  readonly hints: Hint[];
}

/**
 * One that names ids of several groups connects them, unless those have different ids of one kind: then it is of the
 * first. Where several together would connect such groups, none of them does, since nobody knows which is right.
 */
function withHints(groups: readonly IdGroup[], hints: readonly Hint[]): IdGroup[] {
  const places = new Map<string, number>();
  for (const [place, { voice, ids }] of groups.entries()) for (const id of ids) places.set(`${voice}\n${id}`, place);
  const homes: Home[] = groups.map((group) => ({ group, hints: [] }));
  const strangers = new IdGroups();
  const links: { readonly hint: Hint; readonly touched: readonly number[] }[] = [];
  const lone: Hint[] = [];
  for (const hint of hints) {
    const { ids, voice } = hint;
    const found = ids.map((id) => places.get(`${voice}\n${id}`)).filter((place) => place !== undefined);
    const touched = [...new Set(found)];
    if (touched.length === 0) lone.push(hint);
    else if (touched.length > 1) links.push({ hint, touched });
    else homes[touched[0]!]!.hints.push(hint);
  }
  const joined = joinedBy(
    links.map(({ touched }) => touched),
    groups,
  );
  for (const { hint, touched } of links) homes[touched[0]!]!.hints.push(hint);
  // An id that only such callbacks name is of the first group that has it.
  const named = new Map<string, number>();
  for (const [place, { hints: own }] of homes.entries()) {
    for (const { ids, voice } of own) {
      for (const id of ids) {
        const name = `${voice}\n${id}`;
        if (!places.has(name) && !named.has(name)) named.set(name, place);
      }
    }
  }
  for (const { claim, ids, voice } of lone) strangers.add(claim, ids, voice);
  const own: IdGroup[] = [];
  for (const group of strangers.list()) {
    const id = group.ids.find((one) => named.has(`${group.voice}\n${one}`));
    if (id === undefined) own.push(group);
    else {
      const home = homes[named.get(`${group.voice}\n${id}`)!]!;
      for (const claim of group.observations) home.hints.push({ claim, ids: group.ids, voice: group.voice });
    }
  }
  return [
    ...joined.map((members) =>
      together(
        members.map((place) => homes[place]!),
        places,
      ),
    ),
    ...own,
  ];
}

/** The places of groups that are one, each list in their order. */
function joinedBy(links: readonly (readonly number[])[], groups: readonly IdGroup[]): number[][] {
  const root = groups.map((_, place) => place);
  const rootOf = (place: number): number => {
    let at = place;
    while (root[at] !== at) {
      root[at] = root[root[at]!]!;
      at = root[at]!;
    }
    return at;
  };
  for (const touched of links) {
    if (areApart(touched.map((place) => groups[place]!))) continue;
    const roots = touched.map(rootOf);
    const first = Math.min(...roots);
    for (const one of roots) root[one] = first;
  }
  const members = new Map<number, number[]>();
  for (const place of root.keys()) {
    const at = rootOf(place);
    const list = members.get(at);
    if (list === undefined) members.set(at, [place]);
    else list.push(place);
  }
  return [...members.values()].flatMap((places) =>
    places.length > 1 && areApart(places.map((place) => groups[place]!)) ? places.map((place) => [place]) : [places],
  );
}

/** Whether two of these groups, which share no id, each have one of the same kind and series. */
function areApart(groups: readonly IdGroup[]): boolean {
  const known = new Set<string>();
  for (const { observations, lines } of groups) {
    const own = new Set<string>();
    for (const { body } of [...observations, ...lines]) {
      for (const field of KINDS) if (body[field] !== null) own.add(`${field} ${body.series?.[field] ?? ''}`);
    }
    for (const kind of own) if (known.has(kind)) return true;
    for (const kind of own) known.add(kind);
  }
  return false;
}

const KINDS = ['provider_transaction_id', 'request_id'] as const;

function together(homes: readonly Home[], known: ReadonlyMap<string, number>): IdGroup {
  const [first] = homes as [Home, ...Home[]];
  const hints = homes.flatMap((home) => home.hints);
  if (homes.length === 1 && hints.length === 0) return first.group;
  const { voice } = first.group;
  const ids = new Set(homes.flatMap(({ group }) => group.ids));
  for (const hint of hints) for (const id of hint.ids) if (!known.has(`${voice}\n${id}`)) ids.add(id);
  const observations = [...homes.flatMap(({ group }) => group.observations), ...hints.map(({ claim }) => claim)];
  return {
    voice,
    ids: [...ids],
    observations: observations.sort(byId),
    lines: homes.flatMap(({ group }) => group.lines),
  };
}

function byId(left: Observation, right: Observation): number {
  return left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}
