// What an identity tells: which reference has a payment that several claim, and to which reference its facts belong
// that came without one. An identity is one id of a provider's; a fact lies under the first of its ids.

import type { Claim } from '../domain/fact.ts';
import type { Claimant, PaymentGist } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { idsIn } from '../domain/payment-ids.ts';
import { amountsIn, byRank, holdersOf, type KnownClaimant, ranking, suitOf } from './claimants.ts';
import { compareClaims } from './evolve.ts';
import { type Given, toldTo } from './handoffs.ts';
import { gistOfFacts, say } from './reference-words.ts';
import type { CompiledRules } from './rules.ts';
import { Words } from './words.ts';

export function identityWords(key: string, claims: readonly Claim[], rules: CompiledRules): Words {
  const words = new Words();
  const { own, claimants, links, places } = readIdentity(claims);
  const gist = gistOfFacts(own);
  for (const other of linksOf(key, own)) words.say(other, 'links', JSON.stringify(gist));
  const known = askedOf(words, claimants, own, links, rules);
  if (known.length > 1 && known.every(isKnown)) {
    const holders = holdersOf(known, [gist, ...links.map((link) => link.gist)], rules);
    for (const [reference, held] of holders) words.say(reference, 'holder', JSON.stringify(held));
  }
  for (const { home } of links) {
    const offered = known.filter(({ path }) => !path.includes(home));
    if (offered.length > 0) words.say(home, 'places', JSON.stringify(offered));
  }
  const choices = [...known.filter(({ path }) => !path.includes(key)), ...places];
  const compare = byRank(ranking(amountsIn([], [gist]), rules));
  for (const claim of own) {
    const place = choosePlace(claim, choices, compare, rules);
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

interface Link {
  readonly home: string;
  readonly gist: PaymentGist;
}

interface Identity {
  /** The facts that lie here. */
  readonly own: readonly Claim[];
  readonly claimants: readonly Claimant[];
  /** The identities that have facts which name this id too, and what those tell of the payment. */
  readonly links: readonly Link[];
  /** The references that claim other ids of these facts. */
  readonly places: readonly Claimant[];
}

function readIdentity(claims: readonly Claim[]): Identity {
  const { own, words } = toldTo(claims);
  const claimants: Claimant[] = [];
  const links: Link[] = [];
  const places: Claimant[] = [];
  for (const { word, from, content } of words) {
    if (word === 'claims') claimants.push(claimantOf(from, content));
    else if (word === 'links') links.push({ home: from, gist: JSON.parse(content) as PaymentGist });
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
  links: readonly Link[],
  rules: CompiledRules,
): readonly Claimant[] {
  const [first] = claimants;
  if (first === undefined) return claimants;
  const isLinked = links.some(({ home }) => claimants.some(({ path }) => !path.includes(home)));
  const isUsed = own.length > 0 || isLinked;
  const hasOtherIds = isLinked || own.some(({ body }) => idsIn(body).length > 1);
  if (claimants.length === 1 && !hasOtherIds && !(isUsed && rules.speakers !== null)) return claimants;
  for (const { reference } of claimants) words.say(reference, 'asks', '');
  const known = claimants.filter(isKnown);
  return known.length > 0 || rules.speakers !== null ? known : claimants;
}

/**
 * The reference that suits a fact best: of those that its sender may speak for the nearest, since what is farther
 * follows from what is nearer. Undefined for none.
 */
function choosePlace(
  fact: Claim,
  places: readonly Claimant[],
  compare: (left: Claimant, right: Claimant) => number,
  { speakers }: CompiledRules,
): Claimant | undefined {
  let best: { readonly suit: number; readonly place: Claimant } | undefined;
  for (const place of places) {
    const suit = suitOf(fact, place, speakers);
    if (suit === null) continue;
    const order =
      best === undefined
        ? -1
        : suit - best.suit || place.path.length - best.place.path.length || compare(place, best.place);
    if (order < 0) best = { suit, place };
  }
  return best?.place;
}
