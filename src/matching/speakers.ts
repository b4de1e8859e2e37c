// Whose word counts: which accounts may speak for a merchant, and which claims about an order count for nothing.

import { type Claim, sourceName } from '../domain/fact.ts';
import { isUnsigned } from './evidence.ts';
import { contentHash } from './evolve.ts';

/** The rule `accounts`: for whose orders a source may speak. */
export type Speakers = ReadonlyMap<string, ReadonlySet<string>>;

const EVERYBODY = '*';
const NO_FOREIGN: readonly Foreign[] = [];
const NO_MERCHANTS: readonly string[] = [];

/** Null where no account is listed: then every account may speak for everybody. */
export function compileSpeakers(accounts: Readonly<Record<string, readonly string[]>> = {}): Speakers | null {
  const entries = Object.entries(accounts);
  return entries.length === 0 ? null : new Map(entries.map(([source, merchants]) => [source, new Set(merchants)]));
}

/**
 * The name of the source of a claim; null where nobody named its account. In facts from before accounts were named, the
 * ids of webhooks tell it.
 */
export function speakerOf(claim: Claim): string | null {
  if (claim.account !== null) return sourceName(claim);
  return claim.id.startsWith(`${claim.provider}/`) ? claim.id.slice(0, claim.id.indexOf(':')) : null;
}

/**
 * Whether what a source says counts for one of these merchants. An account that is not listed speaks for nobody. A
 * claim without an account was read by people from a file, or is older than the rule, and counts.
 */
export function maySpeak(speakers: Speakers, source: string | null, merchants: readonly string[]): boolean {
  if (source === null) return true;
  const allowed = speakers.get(source);
  return allowed !== undefined && (allowed.has(EVERYBODY) || merchants.some((merchant) => allowed.has(merchant)));
}

/**
 * By what claims must agree, besides an id, to be about one payment. The ids in a claim are the sender's own words, so
 * accounts that speak for different merchants do not join each other's payments by them.
 */
export type VoiceOf = (claim: Claim) => string;

/** Two providers may use one id for different payments. */
const providerOf: VoiceOf = ({ provider }) => provider;

/** The same text for accounts of one provider that may speak for the same merchants. */
function voicesOf(speakers: Speakers | null): VoiceOf {
  if (speakers === null) return providerOf;
  return (claim) => {
    const source = speakerOf(claim);
    return source === null ? claim.provider : voiceOfSource(speakers, source);
  };
}

/** The voice of a source, which is named `provider/account`. */
export function voiceOfSource(speakers: Speakers, source: string): string {
  const allowed = speakers.get(source);
  return allowed === undefined ? source : `${source.split('/')[0]}\n${[...allowed].sort().join('\n')}`;
}

/** The claims of a key, by whether they count. */
export interface Heard {
  readonly claims: readonly Claim[];
  /** What accounts say that may not speak for the merchant of the order. */
  readonly foreign: readonly Foreign[];
  /** Those who placed an order, in the order of their names; more than one share the reference. */
  readonly merchants: readonly string[];
  readonly voiceOf: VoiceOf;
}

export interface Foreign {
  /** As `provider/account`. */
  readonly source: string;
  readonly claim: Claim;
}

/** What shops say. It comes without an account that is paid, and whose it is says `merchant`. */
const OF_SHOPS: ReadonlySet<string> = new Set(['OrderPlaced', 'OrderStatusChanged', 'RefundRequested']);

export function isOfShop({ body }: Claim): boolean {
  return OF_SHOPS.has(body.type);
}

/** The merchants who placed an order under the key, in the order of their names. */
export function merchantsOf(claims: readonly Claim[]): string[] {
  const merchants: string[] = [];
  for (const { body, merchant } of claims) {
    if (body.type === 'OrderPlaced' && !merchants.includes(merchant)) merchants.push(merchant);
  }
  return merchants.length > 1 ? merchants.sort() : merchants;
}

/**
 * Of the claims that count under a key. Without an order, those that count for the merchants of its parts; without any,
 * all do: nobody knows yet whose it will be.
 */
export function hear(
  all: readonly Claim[],
  speakers: Speakers | null,
  ofParts: readonly string[] = NO_MERCHANTS,
): Heard {
  const claims = withoutUnnamed(all);
  const merchants = merchantsOf(claims);
  const voiceOf = merchants.length === 1 ? providerOf : voicesOf(speakers);
  const owners = merchants.length > 0 ? merchants : ofParts;
  if (speakers === null || owners.length === 0) return { claims, foreign: NO_FOREIGN, merchants, voiceOf };
  const isHeard = (claim: Claim) => isOfShop(claim) || maySpeak(speakers, speakerOf(claim), owners);
  const foreign = claims.filter((claim) => !isHeard(claim));
  if (foreign.length === 0) return { claims, foreign: NO_FOREIGN, merchants, voiceOf };
  return {
    claims: claims.filter(isHeard),
    // Of what nobody signed, nobody knows who said it.
    foreign: foreign.filter((claim) => !isUnsigned(claim)).map((claim) => ({ source: speakerOf(claim)!, claim })),
    ...{ merchants, voiceOf },
  };
}

/**
 * Drops each claim without an account that came with its account too: a file whose account nobody named, and the same
 * report fetched from the account, would settle every payment twice.
 */
function withoutUnnamed(claims: readonly Claim[]): readonly Claim[] {
  let named = false;
  let unnamed = false;
  for (const claim of claims) {
    if (claim.account !== null) named = true;
    else if (!isOfShop(claim)) unnamed = true;
  }
  if (!named || !unnamed) return claims;
  const known = new Set<string>();
  for (const claim of claims) if (claim.account !== null) known.add(nameless(claim));
  return claims.filter((claim) => claim.account !== null || !known.has(nameless(claim)));
}

/** A claim's content and its id without the source. */
function nameless(claim: Claim): string {
  return `${claim.id.slice(sourceName(claim).length)}\n${contentHash(claim)}`;
}
