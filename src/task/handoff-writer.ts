// The handoffs of a block: what its keys say now and did not say before.

import type { Span } from '../domain/byte-scan.ts';
import { isThere } from '../domain/byte-texts.ts';
import { ByteWriter } from '../domain/bytes.ts';
import { type Claim, type Fact, type PayoutPart, type Source, sourceName } from '../domain/fact.ts';
import { handoffId } from '../domain/handoff.ts';
import { payoutKey } from '../domain/key.ts';
import type { ClaimPlaces } from '../log/claim-places.ts';
import { locateFact, readClaim } from '../log/fact-codec.ts';
import { writePlainClaim, writePlainClaimBytes } from '../log/handoff-codec.ts';
import { BatchBuilder } from '../log/value-frames.ts';
import { EMPTY_STATE, MANY_CLAIMS, type PaymentState } from '../matching/evolve.ts';
import { isTold, toldTo } from '../matching/handoffs.ts';
import { identityWords } from '../matching/identity-words.ts';
import { linkWords } from '../matching/link-words.ts';
import { mayBePart } from '../matching/order-parts.ts';
import { differenceOfParts, emptyPart, isEmptyPart, partClaimId, sumOfParts } from '../matching/payout-parts.ts';
import { type PayoutParts, payoutPartsOf } from '../matching/payout-words.ts';
import { identitiesIn, referenceWords } from '../matching/reference-words.ts';
import type { CompiledRules } from '../matching/rules.ts';
import { type Terms, wholeWords } from '../matching/whole-words.ts';
import type { Word } from '../matching/words.ts';
import { type PayoutSum, PayoutSums, partOfSum } from './plain/payout-sums.ts';
import type { PlainFacts } from './plain/plain-facts.ts';

/** Facts for handoffs.v1, of any partition; each after its length. */
export interface Handoffs {
  readonly count: number;
  readonly payload: Buffer;
}

const NONE: ReadonlySet<string> = new Set();
/** Claims of these types change what others say of a key. */
const CHANGES_OTHERS: ReadonlySet<string> = new Set(['OrderPlaced', 'ClaimWithdrawn']);
const NO_HANDOFFS: Handoffs = { count: 0, payload: Buffer.alloc(0) };
const EMPTY_ENVELOPE = { received_at: 0, raw: '', report: null, line: null } as const;
const NOBODY = {
  provider: '',
  account: null,
  merchant: '',
  occurred_at: null,
  forwarded: false,
  payout: null,
  stated_at: null,
  import_id: 0,
} as const;

export class HandoffWriter {
  private readonly builder = new BatchBuilder();
  private sums: PayoutSums | null = null;
  /** The changes of payouts, by their keys: a block tells each payout once for a currency and date. */
  private readonly parts = new Map<string, { readonly source: Source; readonly parts: Map<string, PayoutPart> }>();

  /** What a reference that had the claims of `old` says with those of `state`. */
  tellReference(key: string, old: PaymentState, state: PaymentState): void {
    if (isTold(state.claims) || mayBePart(state.claims)) {
      const before = referenceWords(key, old.claims);
      for (const word of referenceWords(key, state.claims).changesFrom(before)) this.tell(key, word);
      return;
    }
    // Among very many claims, an id that a new one names is named again rather than sought.
    const fresh = old.claims.length >= MANY_CLAIMS ? newClaims(old, state) : state.claims;
    const isWhole = fresh === state.claims || fresh.some(({ body }) => CHANGES_OTHERS.has(body.type));
    const known = isWhole ? identitiesIn(toldTo(old.claims).own) : NONE;
    const named = identitiesIn(isWhole ? toldTo(state.claims).own : fresh);
    for (const to of named) if (!known.has(to)) this.tellPlain(key, to);
    for (const to of known) if (!named.has(to)) this.tell(key, { to, word: 'claims', subject: '', content: null });
  }

  /** The same for an identity, whose words also depend on the rules. */
  tellIdentity(key: string, old: PaymentState, before: CompiledRules, state: PaymentState, rules: CompiledRules): void {
    const words = identityWords(key, state.claims, rules);
    for (const word of words.changesFrom(identityWords(key, old.claims, before))) this.tell(key, word);
  }

  /** What also follows from rules and time, as of now and as of when the key was assessed last. */
  tellTimed(key: string, old: PaymentState, before: Terms, state: PaymentState, now: Terms): void {
    for (const word of wholeWords(state, now).changesFrom(wholeWords(old, before))) this.tell(key, word);
    for (const word of linkWords(key, state, now).changesFrom(linkWords(key, old, before))) this.tell(key, word);
  }

  /** What the claims of a key come to in its payouts, where that changed. */
  tellPayouts(old: PaymentState, state: PaymentState): void {
    if (isTold(state.claims)) this.addChanges(payoutPartsOf(old.claims), payoutPartsOf(state.claims));
    else if (state.claims.some(({ payout }) => payout !== null)) this.tellFreshParts(old, state);
  }

  /** Where other keys gave nothing that takes off what own claims add, only claims with new ids change anything. */
  private tellFreshParts(old: PaymentState, state: PaymentState): void {
    const known = new Set(old.claims);
    const named = ({ id, body }: Claim) => (body.type === 'ClaimWithdrawn' ? body.claim : id);
    const fresh = new Set(state.claims.filter((claim) => !known.has(claim)).map(named));
    const isTouched = (claim: Claim) => fresh.has(named(claim));
    this.addChanges(payoutPartsOf(old.claims.filter(isTouched)), payoutPartsOf(state.claims.filter(isTouched)));
  }

  private addChanges(before: ReadonlyMap<string, PayoutParts>, after: ReadonlyMap<string, PayoutParts>): void {
    for (const [payout, { provider, account, parts }] of after) {
      for (const part of parts) this.addPart(payout, { provider, account }, part);
    }
    for (const [payout, { provider, account, parts }] of before) {
      for (const part of parts) this.addPart(payout, { provider, account }, differenceOfParts(emptyPart(part), part));
    }
  }

  /** What a reference says that names an id of a payment since its last claims: as `tellReference`, from bytes. */
  tellFreshId(key: Uint8Array, size: number, claim: ClaimPlaces, id: Span): void {
    writePlainClaimBytes(this.builder.begin(), claim.bytes, claim.provider, id, key, size);
    this.builder.end();
  }

  /** What a line of a plain case comes to in its payout: as `tellPayouts`, from bytes where nothing was exchanged. */
  tellPlainLine(facts: PlainFacts, line: ClaimPlaces): void {
    if (isThere(line.rate)) {
      const bytes = Buffer.from(line.bytes.subarray(line.from, line.to));
      this.tellPayouts(EMPTY_STATE, { claims: [readClaim(bytes, 0, bytes.length)] });
      return;
    }
    this.sums ??= new PayoutSums();
    this.sums.add(facts, line, this.tellSum);
  }

  private readonly tellSum = (sum: PayoutSum): void => {
    const { source, payout } = sum;
    this.addPart(payoutKey(sourceName(source), payout), source, partOfSum(sum));
  };

  take(): Handoffs {
    this.sums?.take(this.tellSum);
    for (const [payout, { source, parts }] of this.parts) {
      for (const part of parts.values()) if (!isEmptyPart(part)) this.builder.addFact(partFact(payout, source, part));
    }
    return this.builder.count === 0 ? NO_HANDOFFS : this.builder.take();
  }

  private addPart(payout: string, source: Source, part: PayoutPart): void {
    let sums = this.parts.get(payout);
    if (sums === undefined) {
      sums = { source, parts: new Map() };
      this.parts.set(payout, sums);
    }
    const name = partClaimId(part);
    const known = sums.parts.get(name);
    sums.parts.set(name, known === undefined ? part : sumOfParts(known, part));
  }

  private tellPlain(from: string, to: string): void {
    writePlainClaim(this.builder.begin(), to, from);
    this.builder.end();
  }

  private tell(from: string, word: Word): void {
    this.builder.addFact(handoffOf(from, word));
  }
}

function partFact(payout: string, source: Source, body: PayoutPart): Fact {
  return { ...EMPTY_ENVELOPE, ...NOBODY, ...source, transaction_reference: payout, id: partClaimId(body), body };
}

/** What one key tells another, as a fact for it. */
export function handoffOf(from: string, { to, word, subject, content }: Word): Fact {
  const id = handoffId(word, from, subject);
  const body = { type: 'Handoff', word, from, content } as const;
  return { ...EMPTY_ENVELOPE, ...NOBODY, transaction_reference: to, id, body };
}

/** The value by which a reference names an identity, and where its claim lies in it. */
export function plainClaim(identity: string, reference: string) {
  const writer = new ByteWriter(128);
  writePlainClaim(writer, identity, reference);
  const payload = writer.take();
  const place = { keyFrom: 0, keyTo: 0, claimFrom: 0 };
  locateFact(payload, 0, place);
  return { payload, from: place.claimFrom, to: payload.length };
}

/** Both are in order, and the state has all that was there before. */
function newClaims(old: PaymentState, state: PaymentState) {
  let at = 0;
  return state.claims.filter((claim) => {
    if (old.claims[at] !== claim) return true;
    at++;
    return false;
  });
}
