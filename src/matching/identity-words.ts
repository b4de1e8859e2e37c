// What an identity tells: which reference has a payment that several claim, and to which reference its facts belong
// that came without one. An identity is one id of a provider's; a fact lies under the first of its ids.

import type { Claim } from '../domain/fact.ts';
import type { Claimant, PaymentGist } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { isAboutPayment, namesIn } from '../domain/payment-ids.ts';
import { amountsIn, byRank, holdersOf, type KnownClaimant, ranking, suitOf } from './claimants.ts';
import type { Observation } from './claims.ts';
import { compareClaims } from './evolve.ts';
import { type Given, toldTo } from './handoffs.ts';
import { IdGroups } from './id-groups.ts';
import { gistOfFacts, say } from './reference-words.ts';
import type { CompiledRules } from './rules.ts';
import { Words } from './words.ts';

export function identityWords(key: string, claims: readonly Claim[], rules: CompiledRules): Words {
  const words = new Words();
  const { payments, claimants, links, places } = readIdentity(key, claims);
  const named = payments.find(({ isNamed }) => isNamed)?.own ?? NO_CLAIMS;
  const gist = gistOfFacts(named);
  const known = askedOf(words, claimants, named, links, rules);
  if (known.length > 1 && known.every(isKnown)) {
    const holders = holdersOf(known, [gist, ...links.map((link) => link.gist)], rules);
    for (const [reference, held] of holders) words.say(reference, 'holder', JSON.stringify(held));
  }
  for (const { home } of links) {
    const offered = known.filter(({ path }) => !path.includes(home));
    if (offered.length > 0) words.say(home, 'places', JSON.stringify(offered));
  }
  const direct = known.filter(({ path }) => !path.includes(key));
  for (const payment of payments) {
    const { own, others, isNamed } = payment;
    const gistHere = own === named ? gist : gistOfFacts(own);
    for (const other of others) words.say(other, 'links', JSON.stringify(gistHere));
    const near = payments.length === 1 && isNamed ? places : places.filter(({ from }) => others.has(from));
    const choices = [...(isNamed ? direct : []), ...near.map(({ claimant }) => claimant)];
    const compare = byRank(ranking(amountsIn([], [gistHere]), rules));
    for (const claim of own) {
      const place = choosePlace(claim, choices, compare, rules);
      if (place !== undefined) say(words, place.reference, { path: place.path, claim });
    }
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

/** Of the facts that lie here, those of one payment: ids of several series may be the same number. */
interface PaymentHere {
  readonly own: readonly Claim[];
  /** The other identities that they name. */
  readonly others: ReadonlySet<string>;
  /** Whether they name this identity; otherwise their number is one of another series. */
  readonly isNamed: boolean;
}

const NO_CLAIMS: readonly Claim[] = [];

/** A reference that claims another id, and the identity of that. */
interface Place {
  readonly from: string;
  readonly claimant: Claimant;
}

interface Identity {
  /** Nearly always one. */
  readonly payments: readonly PaymentHere[];
  readonly claimants: readonly Claimant[];
  /** The identities that have facts which name this id too, and what those tell of the payment. */
  readonly links: readonly Link[];
  /** The references that claim other ids of these facts. */
  readonly places: readonly Place[];
}

function readIdentity(key: string, claims: readonly Claim[]): Identity {
  const { own, words } = toldTo(claims);
  const claimants: Claimant[] = [];
  const links: Link[] = [];
  const places: Place[] = [];
  for (const { word, from, content } of words) {
    if (word === 'claims') claimants.push(claimantOf(from, content));
    else if (word === 'links') links.push({ home: from, gist: JSON.parse(content) as PaymentGist });
    else if (word === 'places') {
      for (const claimant of JSON.parse(content) as Claimant[]) places.push({ from, claimant });
    }
  }
  return { payments: paymentsHere(key, own), claimants, links, places };
}

function paymentsHere(key: string, own: readonly Claim[]): PaymentHere[] {
  const hasSeries = own.some(({ body }) => isAboutPayment(body) && body.series !== undefined);
  if (!hasSeries) return own.length === 0 ? [] : [{ own, others: othersIn(key, own), isNamed: true }];
  return connected(own).map((claims) => {
    const isNamed = claims.some(({ provider, body }) =>
      namesIn(body).some((name) => identityKey(provider, name) === key),
    );
    return { own: claims, others: othersIn(key, claims), isNamed };
  });
}

/** The claims by payment: those that share a name of an id, directly or through others, in their order. */
function connected(claims: readonly Claim[]): Claim[][] {
  const groups = new IdGroups();
  // Of an identity all claims are of one voice, and here it is nothing what each of them says.
  for (const claim of claims) groups.add(claim as Observation, namesIn(claim.body), '');
  return groups.list().map(({ observations, lines }) => [...observations, ...lines].sort(compareClaims));
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
function othersIn(key: string, own: readonly Claim[]): Set<string> {
  const others = new Set<string>();
  for (const { provider, body } of own) for (const name of namesIn(body)) others.add(identityKey(provider, name));
  others.delete(key);
  return others;
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
  const hasOtherIds = isLinked || own.some(({ body }) => namesIn(body).length > 1);
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
