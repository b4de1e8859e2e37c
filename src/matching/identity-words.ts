// What an identity tells: which reference has a payment that several claim, and to which reference its facts belong that
// came without one. An identity is one id of a provider's; a fact lies under the first of its ids.

import type { Claim } from '../domain/fact.ts';
import type { Claimant, Given } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { byRank, type Holders, holdersOf, type KnownClaimant, suitOf } from './claimants.ts';
import { compareClaims } from './evolve.ts';
import { toldTo } from './handoffs.ts';
import { say } from './reference-words.ts';
import type { CompiledRules } from './rules.ts';
import { Words } from './words.ts';

export function identityWords(key: string, claims: readonly Claim[], rules: CompiledRules): Words {
  const words = new Words();
  const { own, claimants, links, places } = readIdentity(claims);
  for (const other of linksOf(key, own)) words.say(other, 'links', '');
  const known = askedOf(words, claimants, own, links, rules);
  const holders = known.every(isKnown) ? holdersOf(known, rules) : NO_HOLDERS;
  for (const [reference, holder] of holders) words.say(reference, 'holder', JSON.stringify({ holder }));
  for (const home of links) {
    const told = known.filter(({ path }) => !path.includes(home));
    const offered = withoutLosers(told, rules);
    if (offered.length > 0) words.say(home, 'places', JSON.stringify(offered));
  }
  const near = withoutLosers(
    known.filter(({ path }) => !path.includes(key)),
    rules,
  );
  const choices = [...near, ...places];
  for (const claim of own) {
    const place = choosePlace(claim, choices, rules);
    if (place !== undefined) say(words, place.reference, { path: place.path, claim });
  }
  return words;
}

/** The claims of an identity that no reference has. */
export function keptByIdentity(key: string, claims: readonly Claim[], rules: CompiledRules): readonly Claim[] {
  const { own } = toldTo(claims);
  if (own.length === claims.length) return own;
  const gone: Given[] = identityWords(key, claims, rules).given();
  if (gone.length === 0) return own;
  return own.filter((claim) => !gone.some((given) => compareClaims(given.claim, claim) === 0));
}

const NO_HOLDERS: Holders = new Map();

interface Identity {
  /** The facts that lie here. */
  readonly own: readonly Claim[];
  readonly claimants: readonly Claimant[];
  /** The identities that have facts which name this id too. */
  readonly links: readonly string[];
  /** The references that claim other ids of these facts. */
  readonly places: readonly Claimant[];
}

function readIdentity(claims: readonly Claim[]): Identity {
  const { own, words } = toldTo(claims);
  const claimants: Claimant[] = [];
  const links: string[] = [];
  const places: Claimant[] = [];
  for (const { word, from, content } of words) {
    if (word === 'claims') claimants.push(claimantOf(from, content));
    else if (word === 'links') links.push(from);
    else if (word === 'places') places.push(...(JSON.parse(content) as Claimant[]));
  }
  return { own, claimants, links, places };
}

function claimantOf(reference: string, content: string): Claimant {
  if (content === '') return { reference, path: [], detail: null };
  const { path, detail } = JSON.parse(content) as Omit<Claimant, 'reference'>;
  return { reference, path, detail };
}

function isKnown(claimant: Claimant): claimant is KnownClaimant {
  return claimant.detail !== null;
}

/** The other identities that these facts name. */
function linksOf(key: string, own: readonly Claim[]): Set<string> {
  const links = new Set<string>();
  for (const { provider, body } of own) for (const id of idsIn(body)) links.add(identityKey(provider, id));
  links.delete(key);
  return links;
}

/**
 * Asks the references for what speaks for them, where there is anything to decide between them. Returns those that are
 * known well enough: all while none has answered.
 */
function askedOf(
  words: Words,
  claimants: readonly Claimant[],
  own: readonly Claim[],
  links: readonly string[],
  rules: CompiledRules,
): readonly Claimant[] {
  const [first] = claimants;
  if (first === undefined) return claimants;
  const isLinked = links.some((home) => claimants.some(({ path }) => !path.includes(home)));
  const isUsed = own.length > 0 || isLinked;
  const hasOtherIds = isLinked || own.some(({ body }) => idsIn(body).length > 1);
  if (claimants.length === 1 && !hasOtherIds && !(isUsed && rules.speakers !== null)) return claimants;
  for (const { reference } of claimants) words.say(reference, 'asks', '');
  const known = claimants.filter(isKnown);
  return known.length > 0 || rules.speakers !== null ? known : claimants;
}

/** Those at which the money counts, among themselves. */
function withoutLosers(claimants: readonly Claimant[], rules: CompiledRules): readonly Claimant[] {
  if (claimants.length < 2 || !claimants.every(isKnown)) return claimants;
  const holders = holdersOf(claimants, rules);
  return claimants.filter(({ reference }) => (holders.get(reference) ?? null) === null);
}

/** The reference that suits a fact best; undefined for none. */
function choosePlace(fact: Claim, places: readonly Claimant[], rules: CompiledRules): Claimant | undefined {
  const compare = byRank(rules);
  let best: { readonly suit: number; readonly place: Claimant } | undefined;
  for (const place of places) {
    const suit = suitOf(fact, place, rules.speakers);
    if (suit === null) continue;
    const order =
      best === undefined
        ? -1
        : suit - best.suit || compare(place, best.place) || place.path.length - best.place.path.length;
    if (order < 0) best = { suit, place };
  }
  return best?.place;
}
