// What a reference tells: to each identity that it names it, once asked what speaks for it; and to the holder of a
// payment that counts elsewhere, all that it knows of that payment. It depends on the claims alone, not on rules or
// time.

import type { Claim, OrderPlaced } from '../domain/fact.ts';
import type { ClaimantDetail, NamedAmount, PaymentGist } from '../domain/handoff.ts';
import { identityKey } from '../domain/key.ts';
import { formatMinor, minorOf } from '../domain/money.ts';
import { allNames, isAboutPayment, namesIn, ownNames } from '../domain/payment-ids.ts';
import { type Line, type Observation, sortClaims } from './claims.ts';
import { bestAmount, isFinal, isUnsigned, meansMoney } from './evidence.ts';
import { contentHash } from './evolve.ts';
import { claimsWithGiven, type Given, type Told, toldTo } from './handoffs.ts';
import type { IdGroup } from './id-groups.ts';
import { grossOf } from './lines.ts';
import { merchantsOfParts, type OrderPart, parentOf, partClaimsOf, partsIn } from './order-parts.ts';
import { sharing } from './shared-payments.ts';
import { isOfShop, merchantsOf, speakerOf } from './speakers.ts';
import { LinkedGroups } from './unsigned-links.ts';
import { Words } from './words.ts';

type Path = readonly string[];

const OWN_PATH: Path = [];

export function referenceWords(key: string, claims: readonly Claim[]): Words {
  const words = new Words();
  const told = toldTo(claims);
  const parent = parentOf(told.own);
  if (parent !== null) {
    if (parent !== key) tellWhole(words, parent, told.own);
    return words;
  }
  const parts = partsIn(told);
  const hasOrder = parts.length > 0 || told.own.some(({ body }) => body.type === 'OrderPlaced');
  const asked = new Set<string>();
  for (const { word, from } of told.words) if (word === 'asks') asked.add(from);
  const details = asked.size === 0 ? undefined : new Details(told, parts);
  for (const [identity, path] of pathsOf(told, hasOrder)) {
    const detail = asked.has(identity) ? details!.about(identity) : null;
    // The usual payment is named once, with nothing to add.
    const content = path.length === 0 && detail === null ? '' : JSON.stringify({ path, detail });
    words.say(identity, 'claims', content);
  }
  for (const { holder, claims } of sharing(told).lost) {
    for (const claim of claims) say(words, holder, { path: null, claim });
  }
  return words;
}

/** All that came under a part's reference is for the whole to decide. */
function tellWhole(words: Words, parent: string, own: readonly Claim[]): void {
  words.say(parent, 'belongs', JSON.stringify(partClaimsOf(own)));
  for (const claim of own) if (!isOfShop(claim)) say(words, parent, { path: OWN_PATH, claim });
}

/** The identities that a reference names which was told nothing. */
export function identitiesIn(claims: readonly Claim[]): ReadonlySet<string> {
  const hasOrder = claims.some(({ body }) => body.type === 'OrderPlaced');
  const named = new Set<string>();
  for (const { provider, body } of claims) {
    for (const id of hasOrder ? ownNamesIn(body) : namesIn(body)) named.add(identityKey(provider, id));
  }
  return named;
}

/** Gives a claim away, under a name that is its own: one id may have come with several contents. */
export function say(words: Words, to: string, given: Given): void {
  const { claim } = given;
  words.say(to, 'gives', JSON.stringify(given), `${claim.id}\n${contentHash(claim).slice(0, 16)}`);
}

/** The identities that a reference names, each with the shortest way by which it knows the id. */
function pathsOf({ own, given }: Told, hasOrder: boolean): Map<string, Path> {
  const paths = new Map<string, Path>();
  const name = ({ provider, body }: Claim, path: Path) => {
    // A return says whose payment it returns, where no order of its own says more.
    const ids = hasOrder || path !== OWN_PATH ? ownNamesIn(body) : namesIn(body);
    for (const id of ids) {
      const identity = identityKey(provider, id);
      const known = paths.get(identity);
      if (path.includes(identity) || (known !== undefined && !isShorter(path, known))) continue;
      paths.set(identity, path);
    }
  };
  for (const claim of own) name(claim, OWN_PATH);
  for (const { from, path, claim } of given) if (path !== null) name(claim, [...path, from]);
  return paths;
}

function ownNamesIn(body: Claim['body']): string[] {
  return isAboutPayment(body) ? ownNames(body) : [];
}

function isShorter(path: Path, known: Path): boolean {
  if (path.length !== known.length) return path.length < known.length;
  return path.join('\n') < known.join('\n');
}

/** What speaks for a reference, for each of its payments. */
class Details {
  private readonly order: NamedAmount | null;
  private readonly merchants: readonly string[];
  private readonly payments: readonly IdGroup[];
  private readonly returned = new Set<string>();
  private readonly evidence: number;

  constructor(told: Told, parts: readonly OrderPart[]) {
    const known = parts.length === 0 ? told.own : withPartClaims(told, parts);
    const { orders, observations, paymentLines, returnObservations, returnLines } = sortClaims(known);
    this.order = orders[0] === undefined ? sumOfParts(parts) : namedAmount(orders[0].body);
    const merchants = merchantsOf(known);
    this.merchants = merchants.length > 0 ? merchants : merchantsOfParts(parts);
    const groups = new LinkedGroups();
    for (const claim of [...observations, ...paymentLines]) groups.add(claim, ownNames(claim.body), claim.provider);
    this.payments = groups.list();
    for (const { provider, body } of [...returnObservations, ...returnLines]) {
      for (const id of allNames(body)) this.returned.add(identityKey(provider, id));
    }
    this.evidence = Math.max(0, ...[...observations, ...paymentLines].map(strengthOf));
  }

  about(identity: string): ClaimantDetail {
    const { payments, order, merchants, evidence } = this;
    const named = payments.find(({ voice, ids }) => ids.some((id) => identityKey(voice, id) === identity));
    // What it knows of its only payment speaks for an id of it that it was given.
    const group = named ?? (payments.length === 1 ? payments[0]! : EMPTY_GROUP);
    return {
      kind: kindOf(named, this.returned.has(identity)),
      sources: sourcesOf(group),
      merchants,
      order,
      ...gistOf(group),
      evidence,
    };
  }
}

/** What a whole knows of its parts counts as what it knows itself. */
function withPartClaims({ own, given }: Told, parts: readonly OrderPart[]): readonly Claim[] {
  const ofParts = given.filter(({ from }) => parts.some(({ reference }) => reference === from));
  return claimsWithGiven({ own, given: ofParts, words: [] });
}

function sumOfParts(parts: readonly OrderPart[]): NamedAmount | null {
  const amounts = parts.map(({ orders }) => orders[0]!.body);
  const currency = amounts[0]?.currency;
  if (currency === undefined || amounts.some((amount) => amount.currency !== currency)) return null;
  const sum = amounts.reduce((total, { amount }) => total + minorOf(amount, currency), 0n);
  return { amount: formatMinor(sum, currency), currency };
}

function namedAmount({ amount, currency }: OrderPlaced): NamedAmount {
  return { amount, currency };
}

const EMPTY_GROUP: Pick<IdGroup, 'observations' | 'lines'> = { observations: [], lines: [] };

/** An id that only a return names, or that nobody signed, makes no claim to the payment's money. */
function kindOf(named: IdGroup | undefined, isReturned: boolean): ClaimantDetail['kind'] {
  if (named === undefined) return isReturned ? 'return' : 'payment';
  return named.lines.length === 0 && named.observations.every(isUnsigned) ? 'unsigned' : 'payment';
}

function gistOf({ observations, lines }: Pick<IdGroup, 'observations' | 'lines'>): PaymentGist {
  const money = lines.length > 0 || observations.some(({ body }) => meansMoney(body.status));
  return { reported: reportedBy(observations), settled: settledBy(lines), money };
}

/** What an identity's own facts tell of the payment. */
export function gistOfFacts(own: readonly Claim[]): PaymentGist {
  const { observations, paymentLines } = sortClaims(own);
  return gistOf({ observations: [...observations], lines: [...paymentLines] });
}

function sourcesOf({ observations, lines }: Pick<IdGroup, 'observations' | 'lines'>): (string | null)[] {
  const claims = [...observations, ...lines];
  // What nobody signed may bear any name, which counts only where there is nothing else.
  const signed = claims.filter((claim) => !isUnsigned(claim));
  const sources = new Set((signed.length > 0 ? signed : claims).map(speakerOf));
  return [...sources].sort((left, right) => ((left ?? '') < (right ?? '') ? -1 : 1));
}

function reportedBy(observations: readonly Observation[]): NamedAmount | null {
  const best = bestAmount(observations)?.body;
  return best === undefined || !meansMoney(best.status) ? null : { amount: best.amount!, currency: best.currency! };
}

function settledBy(lines: readonly Line[]): NamedAmount | null {
  const currency = lines[0]?.body.currency;
  if (currency === undefined || lines.some(({ body }) => body.currency !== currency)) return null;
  return { amount: formatMinor(grossOf(lines), currency), currency };
}

function strengthOf({ body }: Observation | Line): number {
  if (body.type === 'SettlementLineReported') return 5;
  return 1 + (isFinal(body.status) ? 2 : 0) + (body.via === 'poll' ? 1 : 0);
}
