// Groups the claims of a key by the ids that they share: what shares an id and a voice, directly or through other
// claims, is about one payment or one return. The time grows with the claims, not with the pairs of them.

import { sourceName } from '../domain/fact.ts';
import { idOfName, seriesOfName } from '../domain/key.ts';
import { titleOf } from '../domain/payment-title.ts';
import type { Line, Observation } from './claims.ts';

export interface IdGroup {
  /** See speakers.ts: usually the provider. */
  readonly voice: string;
  /** By what people tell it from another one that has its number; undefined where its number is its own. */
  readonly title?: string;
  /** The names of ids, see payment-ids.ts. */
  readonly ids: readonly string[];
  readonly observations: Observation[];
  readonly lines: Line[];
}

/** Up to so many ids, as usual keys have them, are compared one by one. Above, an index finds them. */
const COMPARED_MAX = 16;

/** A group in progress. Once it is a part of another, its claims stand there where it joined. */
interface Node {
  readonly place: number;
  readonly voice: string;
  readonly ids: string[];
  readonly observations: (Observation | Part)[];
  readonly lines: (Line | Part)[];
  /** The groups that became parts of this one. */
  parts: Node[] | null;
  into: Node | null;
}

interface Part {
  readonly part: Node;
}

export class IdGroups {
  /** In the order in which they began. */
  private readonly nodes: Node[] = [];
  private ids = 0;
  private index: Map<string, Map<string, Node>> | null = null;

  /** Adds a claim that goes by these ids. Without any, it begins a group of its own. */
  add(claim: Observation | Line, ids: readonly string[], voice: string): void {
    const home = this.homeOf(voice, ids);
    if (claim.body.type === 'PaymentObserved') home.observations.push(claim as Observation);
    else home.lines.push(claim as Line);
  }

  /** The groups in the order in which they began. */
  list(): IdGroup[] {
    const groups: IdGroup[] = [];
    for (const node of this.nodes) {
      if (node.into !== null) continue;
      const { voice, ids, observations, lines, parts } = node;
      if (parts === null) {
        groups.push({ voice, ids, observations: observations as Observation[], lines: lines as Line[] });
      } else {
        groups.push({
          voice,
          ids: allIdsOf(node),
          observations: withParts(node, (part) => part.observations),
          lines: withParts(node, (part) => part.lines),
        });
      }
    }
    return groups;
  }

  /** The first group that has one of the ids, joined by all others that have one. */
  private homeOf(voice: string, ids: readonly string[]): Node {
    const owners: (Node | undefined)[] = [];
    if (this.nodes.length > 0) for (let at = 0; at < ids.length; at++) owners.push(this.ownerOf(voice, ids[at]!));
    let home: Node | undefined;
    for (const owner of owners) if (owner !== undefined && !(home && home.place <= owner.place)) home = owner;
    if (home === undefined) {
      const place = this.nodes.length;
      home = { place, voice, ids: [], observations: [], lines: [], parts: null, into: null };
      this.nodes.push(home);
    }
    if (owners.length > 1) joinAll(home, owners);
    for (let at = 0; at < ids.length; at++) if (owners[at] === undefined) this.name(home, ids[at]!);
    return home;
  }

  private ownerOf(voice: string, id: string): Node | undefined {
    if (this.index !== null) {
      const node = this.index.get(voice)?.get(id);
      return node === undefined ? undefined : rootOf(node);
    }
    for (const node of this.nodes) {
      if (node.voice === voice && node.ids.includes(id)) return rootOf(node);
    }
    return undefined;
  }

  private name(node: Node, id: string): void {
    node.ids.push(id);
    this.ids++;
    if (this.index !== null) this.enter(node, id);
    else if (this.ids > COMPARED_MAX) {
      this.index = new Map();
      for (const known of this.nodes) for (const each of known.ids) this.enter(known, each);
    }
  }

  private enter(node: Node, id: string): void {
    let ids = this.index!.get(node.voice);
    if (ids === undefined) {
      ids = new Map();
      this.index!.set(node.voice, ids);
    }
    ids.set(id, node);
  }
}

/**
 * The groups; those that people would know by one name have a title. Of one number in several series the series tells
 * them apart, of one name at several providers the provider, and within one its account.
 */
export function withTitles(groups: readonly IdGroup[], nameOf: (group: IdGroup) => string): readonly IdGroup[] {
  if (groups.length < 2) return groups;
  const isInSeries = groups.some(({ ids }) => ids.some(isNumbered));
  if (!isInSeries && groups.every(({ voice }) => voice === groups[0]!.voice)) return groups;
  const named = groups.map((group): Named => ({ group, name: nameOf(group) }));
  return withSources(isInSeries ? withSeries(named) : named).map(({ group, name }) => {
    return name === nameOf(group) ? group : { ...group, title: name };
  });
}

interface Named {
  readonly group: IdGroup;
  readonly name: string;
}

function withSeries(groups: readonly Named[]): readonly Named[] {
  const counts = countsOf(groups.map(({ name }) => name));
  return groups.map(({ group, name }) => {
    if (counts.get(name) === 1 || group.ids.includes(name)) return { group, name };
    const numbered = group.ids.filter((id) => isNumbered(id) && idOfName(id) === name).sort()[0];
    return { group, name: numbered === undefined ? name : `${seriesOfName(numbered)} ${name}` };
  });
}

function withSources(groups: readonly Named[]): readonly Named[] {
  const counts = countsOf(groups.map(({ name }) => name));
  if (counts.size === groups.length) return groups;
  const atProvider = ({ group, name }: Named) => titleOf(name, claimsOf(group)[0]!.provider);
  const titled = countsOf(groups.map(atProvider));
  return groups.map((one) => {
    const { group, name } = one;
    if (counts.get(name) === 1) return one;
    const title = atProvider(one);
    if (titled.get(title) === 1) return { group, name: title };
    return { group, name: titleOf(name, claimsOf(group).map(sourceName).sort()[0]!) };
  });
}

function claimsOf({ observations, lines }: IdGroup): readonly (Observation | Line)[] {
  return [...observations, ...lines];
}

function countsOf(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function isNumbered(name: string): boolean {
  return seriesOfName(name) !== null;
}

function rootOf(node: Node): Node {
  let root = node;
  while (root.into !== null) root = root.into;
  for (let at = node; at.into !== null && at.into !== root; ) {
    const next = at.into;
    at.into = root;
    at = next;
  }
  return root;
}

/** Makes these groups parts of the home, in the order in which they began. */
function joinAll(home: Node, owners: readonly (Node | undefined)[]): void {
  const others = owners.filter((owner) => owner !== undefined && owner !== home) as Node[];
  others.sort((left, right) => left.place - right.place);
  for (const other of others) {
    if (other.into !== null) continue;
    other.into = home;
    home.parts ??= [];
    home.parts.push(other);
    home.observations.push({ part: other });
    home.lines.push({ part: other });
  }
}

function allIdsOf(node: Node): string[] {
  const ids: string[] = [];
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const id of next.ids) ids.push(id);
    for (const part of next.parts ?? []) open.push(part);
  }
  return ids;
}

/** The claims of a group and its parts, those of a part where it joined. */
function withParts<Kind extends Observation | Line>(
  node: Node,
  claimsIn: (node: Node) => readonly (Kind | Part)[],
): Kind[] {
  const claims: Kind[] = [];
  const open = [{ list: claimsIn(node), at: 0 }];
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const next = last.list[last.at++];
    if (next === undefined) open.pop();
    else if ('part' in next) open.push({ list: claimsIn(next.part), at: 0 });
    else claims.push(next);
  }
  return claims;
}
