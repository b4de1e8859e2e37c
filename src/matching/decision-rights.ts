// Who may decide: whose decisions count at all, who may approve a proposal, and who may reject it. Pure.

import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  bearsOnStanding,
  type DeciderRole,
  type DecisionBody,
  isOfNobody,
  type ProposalName,
  type ResolutionApproved,
  type ResolutionRejected,
  signedText,
} from '../domain/decision.ts';
import type { Claim } from '../domain/fact.ts';
import { contentOf } from './decision-names.ts';
import type { CompiledRules } from './rules.ts';

export type Decision<Body extends DecisionBody = DecisionBody> = Claim<Body>;

export function isOf<Type extends DecisionBody['type']>(
  decision: Decision,
  type: Type,
): decision is Decision<Extract<DecisionBody, { readonly type: Type }>> {
  return decision.body.type === type;
}

export function names(left: ProposalName, right: ProposalName): boolean {
  return left.id === right.id && left.content === right.content;
}

/** Another person, who was an approver; keys of the API never are one. */
export function mayApprove({ merchant, body }: Decision<ResolutionApproved>, proposal: Decision): boolean {
  const { person, roles, via } = body.by;
  const maker = proposal.body.by.person;
  // The roles are those for the decision's own merchant.
  if (merchant !== proposal.merchant) return false;
  // Of a key of nobody's nobody knows that it is another person's.
  return via !== 'api' && hasRole(roles, 'approver') && person !== maker && !isOfNobody(maker);
}

export function mayReject({ body }: Decision<ResolutionRejected>, proposal: Decision): boolean {
  const { person, roles } = body.by;
  return person === proposal.body.by.person || hasRole(roles, 'approver');
}

export function hasRole(roles: readonly DeciderRole[], role: DeciderRole): boolean {
  return roles.includes(role);
}

/** Whether a service whose word counts signed it, of this key, and it may change where the key stands. */
export function isSaid(key: string, decision: Decision, { decisionKeys }: CompiledRules): boolean {
  const { body } = decision;
  if (body.about !== key || !bearsOnStanding(body) || !decisionKeys.has(body.signer)) return false;
  return isSigned(decision);
}

/** What was verified, by signer, signature and content: a key's decisions are read again with each of its facts. */
const VERIFIED = new Map<string, boolean>();
const VERIFIED_MAX = 50_000;
const KEYS = new Map<string, KeyObject | null>();
/** DER of an Ed25519 public key, up to its 32 bytes: RFC 8410, section 4. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether a decision's signature is that of the key that it names. */
export function isSigned(decision: Decision): boolean {
  const { signer, signature } = decision.body;
  const name = `${signer} ${signature} ${contentOf(decision)}`;
  let verified = VERIFIED.get(name);
  if (verified === undefined) {
    const key = publicKey(signer);
    verified = key !== null && isSignature(decision, key);
    if (VERIFIED.size >= VERIFIED_MAX) VERIFIED.delete(VERIFIED.keys().next().value!);
    VERIFIED.set(name, verified);
  }
  return verified;
}

function isSignature(decision: Decision, key: KeyObject): boolean {
  const { signature } = decision.body;
  const bytes = Buffer.from(signature, 'base64');
  // One signature has one text.
  return bytes.toString('base64') === signature && verify(null, Buffer.from(signedText(decision)), key, bytes);
}

/** Null where the text is none. */
function publicKey(signer: string): KeyObject | null {
  let key = KEYS.get(signer);
  if (key === undefined) {
    const bytes = Buffer.from(signer, 'base64');
    key =
      bytes.length === 32 ? createPublicKey({ key: Buffer.concat([SPKI, bytes]), format: 'der', type: 'spki' }) : null;
    if (KEYS.size < KEYS_MAX) KEYS.set(signer, key);
  }
  return key;
}

const KEYS_MAX = 64;
