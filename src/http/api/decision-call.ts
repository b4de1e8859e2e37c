// What every decision of the API goes through: who may give which answer, and the signed fact that is made of it.

import { isDeepStrictEqual } from 'node:util';
import { Redactor } from '../../archive/privacy/redactor.ts';
import { type CaseName, type Decider, type DecisionBody, isOfNobody } from '../../domain/decision.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Claim } from '../../domain/fact.ts';
import { formatInstant } from '../../domain/time.ts';
import { type DecisionDraft, decisionFact, decisionId } from '../../producers/decisions/decision-facts.ts';
import type { DecisionKey } from '../../producers/decisions/decision-key.ts';
import type { Caller } from '../access/caller.ts';
import { commonRoles, deciderOf } from '../access/decider.ts';
import type { LedgerPort } from '../ledger-port.ts';
import type { Call } from './route.ts';

/** The key and the case that a decision is about, and the merchant whose roles count. */
export interface DecisionPlace {
  readonly about: string;
  readonly case: CaseName;
  readonly merchant: string;
  /** The other merchants whose orders it is about: only roles for all of them count. */
  readonly also?: readonly string[];
}

/** Of who rejects what another person proposed: the maker must know what to do better. */
export const WHY_WANTED = 'why it is rejected';

type Own<Draft> = Draft extends DecisionDraft ? Omit<Draft, 'about' | 'case' | 'by' | 'batch'> : never;
/** What a decision says itself. */
export type OwnPart = Own<DecisionDraft>;

/**
 * Makes the fact, and resolves when it is on the disk. What was decided under this key before, and not answered, is not
 * decided again. Throws HESABU_IDEMPOTENCY_REUSED where it said something else, and HESABU_DECISION_KEY_UNKNOWN.
 */
export async function appendDecision(
  { parts, caller, intent, names }: Call,
  { merchant, also = [], ...place }: DecisionPlace,
  own: OwnPart,
): Promise<Claim<DecisionBody>> {
  demandHeard(parts);
  const by = deciderFor(parts.people, caller, [merchant, ...also]);
  const draft = { ...own, ...place, by, batch: null } as DecisionDraft;
  const id = idOfDecision(by.person, intent);
  const name = `${id} ${place.about}`;
  const unread = unreadOf(parts.ledger);
  const read = await parts.ledger.reader.findKey(place.about);
  const written = unread.get(name);
  const known = written?.fact ?? read?.decisions.find((decision) => decision.id === id);
  if (known !== undefined) {
    const said = Object.fromEntries(Object.keys(own).map((part) => [part, known.body[part as keyof DecisionBody]]));
    if (!isDeepStrictEqual(said, { ...own })) {
      throw new HesabuError('HESABU_IDEMPOTENCY_REUSED', { where: 'Idempotency-Key' });
    }
    await written?.stored;
    return known;
  }
  const fact = decisionFact(draft, { merchant, at: parts.clock.now(), key: intent.key }, parts.decisionKey);
  names.push(place.about, fact.id);
  const stored = parts.ledger.writer.append([fact]);
  unread.set(name, { fact, stored });
  await stored.catch((error) => {
    unread.delete(name);
    throw error;
  });
  parts.ledger.loop.catchUp().then(
    () => forgetTo(name, unread),
    () => {},
  );
  return fact;
}

/** The id that the decision of a request has, however often it is sent. */
export function idOfDecision(person: string, { key }: Call['intent']): string {
  return decisionId(person, key);
}

interface Written {
  readonly fact: Claim<DecisionBody>;
  /** Resolves when it is on the disk. */
  readonly stored: Promise<void>;
}

/**
 * Of each ledger, what was decided and is not read yet, so that it is not decided again meanwhile: by the id and the
 * key that it is about, since a client may use a key of its own again for another merchant.
 */
const UNREAD = new WeakMap<LedgerPort, Map<string, Written>>();

function unreadOf(ledger: LedgerPort): Map<string, Written> {
  const known = UNREAD.get(ledger) ?? new Map<string, Written>();
  UNREAD.set(ledger, known);
  return known;
}

/** Facts are written in order, so those before it are read too, also where the round that they waited for failed. */
function forgetTo(name: string, unread: Map<string, Written>): void {
  if (!unread.has(name)) return;
  for (const one of unread.keys()) {
    unread.delete(one);
    if (one === name) return;
  }
}

/** Who decides on a case of the first merchant, and on orders of the others. */
export function deciderFor(people: Call['parts']['people'], caller: Caller, merchants: readonly string[]): Decider {
  const each = merchants.map((merchant) => deciderOf(people, caller, merchant));
  return each.length === 1 ? each[0]! : { ...each[0]!, roles: commonRoles(each.map(({ roles }) => roles)) };
}

interface Deciding {
  readonly decisionKey: Pick<DecisionKey, 'signer'>;
  readonly ledger: Pick<LedgerPort, 'loop'>;
}

/**
 * Throws HESABU_DECISION_KEY_UNKNOWN: what the rules do not name would stand in the log, count for nothing, and be
 * called effective here.
 */
export function demandHeard({ decisionKey: { signer }, ledger }: Deciding): void {
  if (ledger.loop.rules.decision_keys?.includes(signer)) return;
  throw new HesabuError('HESABU_DECISION_KEY_UNKNOWN', { where: 'decision_keys', expected: signer });
}

/** What a person wrote is kept apart, with what names people hidden; its hash goes into the fact. */
export async function keptText({ parts }: Call, text: string | undefined): Promise<string | null> {
  return text === undefined ? null : parts.texts.keep(new Redactor(parts.pseudonym).text(text));
}

/**
 * Throws HESABU_SIGN_IN_NEEDED, HESABU_SAME_PERSON and HESABU_PERSON_MISSING: nobody approves his own, no key of the
 * API approves, and what a key of nobody's proposed has no first person.
 */
export function demandOtherPerson({ signedIn }: Caller, { body }: Claim<DecisionBody>): void {
  if (signedIn === null) throw new HesabuError('HESABU_SIGN_IN_NEEDED', { found: 'a key of the API' });
  if (isOfNobody(body.by.person)) throw new HesabuError('HESABU_PERSON_MISSING', { found: body.by.person });
  if (body.by.person !== signedIn.person) return;
  throw new HesabuError('HESABU_SAME_PERSON', { expected: `another person than ${body.by.person}` });
}

/** Throws HESABU_SIGN_IN_NEEDED: one's own may be withdrawn, and others' rejected by an approver. */
export function demandMayReject({ parts, caller }: Call, merchant: string, { body }: Claim<DecisionBody>): Decider {
  const by = deciderOf(parts.people, caller, merchant);
  if (by.person === body.by.person || (caller.signedIn !== null && by.roles.includes('approver'))) return by;
  throw new HesabuError('HESABU_SIGN_IN_NEEDED', { expected: 'its maker, or an approver who is signed in' });
}

/** Throws HESABU_FIELD_INVALID: who rejects what another person made says why. */
export function demandWhy(person: string, { body }: Claim<DecisionBody>, text: string | undefined): void {
  if (person === body.by.person || text !== undefined) return;
  throw new HesabuError('HESABU_FIELD_INVALID', { where: 'text', expected: WHY_WANTED, found: 'none' });
}

export function actorView({ occurred_at, body }: Claim<DecisionBody>): object {
  const { person, via } = body.by;
  return { person, via, at: formatInstant(occurred_at!), text: 'text' in body ? body.text : null };
}
