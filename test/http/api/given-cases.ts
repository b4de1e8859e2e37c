// For tests of cases: a threshold, an operator's key, and orders that were paid too little.
import { caseId } from '../../../src/domain/case-id.ts';
import { fingerprintOf } from '../../../src/matching/decision-names.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import type { LiveLedgerOptions } from '../../../src/service/ledger/live-ledger.ts';
import { SERVICE } from '../../matching/given-decisions.ts';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Answered, type Given, givenApi } from './given-api.ts';

const RULES = parseRules({ review: { threshold: { KES: '100.00' } }, decision_keys: [SERVICE.signer] });
type Asker = string | Record<string, string>;

export interface Desk {
  readonly given: Given;
  readonly operator: string;
  /** The case of an order that was paid by so much too little, and the fingerprint of its finding. */
  short(reference: string, by: string): Promise<{ readonly id: string; readonly finding: string }>;
  /** Who sends it is a key, or the browser of a person who is signed in. */
  post(by: Asker, url: string, json: object, idempotencyKey?: string): Promise<Answered>;
  standing(reference: string): Promise<string>;
}

let asked = 0;

export const withDesk = (work: (desk: Desk) => Promise<void>, options: Partial<LiveLedgerOptions> = {}) =>
  givenApi(async (given) => {
    given.ledger.loop.rules = RULES;
    const auditor = given.key('auditor', '*');
    const shown = async (reference: string) =>
      (await given.ask({ url: `/v1/transactions/${encodeURIComponent(reference)}`, key: auditor })).json;
    const zhang = { name: 'Zhang', mail: null, language: 'en', zone: 'UTC', grants: [] } as const;
    given.parts.people.create({ ...zhang, grants: [{ role: 'operator', merchant: '*' }] }, given.clock.now());
    await work({
      given,
      operator: given.keyOf('Zhang', 'operator', 'shop-1'),
      short: async (reference, by) => {
        const amount = (1_000 - Number(by)).toFixed(2);
        await given.ledger.writer.append([order(reference), paid(reference, { data: { amount } })]);
        const { findings } = await shown(reference);
        const finding = findings.find((one: { reason: string }) => one.reason === 'AMOUNT_UNDER');
        const { stage, reason, subject } = finding;
        return { id: caseId({ key: reference, stage, reason, subject }), finding: fingerprintOf(finding) };
      },
      post: (by, url, json, idempotencyKey = `d-${asked++}`) => {
        const sender = typeof by === 'string' ? { key: by } : { headers: by };
        return given.ask({ method: 'POST', url, ...sender, idempotencyKey, json });
      },
      standing: async (reference) => (await shown(reference)).stages.payment,
    });
  }, options);

/** A proposal that waits, whose order gets the rest of its money before anybody answers it. */
export async function settledByEvidence({ given, short, post, operator }: Desk, reference: string) {
  const { id, finding } = await short(reference, '300.00');
  const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
  const { json } = await post(operator, `/v1/cases/${id}/proposals`, wanted);
  given.clock.at += 60_000;
  const data = { amount: '300.00', transaction_id: `P-rest-${reference}`, completed_at: '2026-06-01T11:06:00Z' };
  await given.ledger.writer.append([paid(reference, { id: `ev-rest-${reference}`, data })]);
  return { case: id, proposal: json };
}

/** The problem that the last step about a case was answered with. */
export async function proposing(step: (desk: Desk) => Promise<Answered>): Promise<string> {
  let line = '';
  await withDesk(async (desk) => {
    const { json } = await step(desk);
    // What each run makes anew is left out.
    line = `${json?.code}: ${json?.detail}`.replace(/\bb-[\da-f]{24}\b/, 'BATCH');
  });
  return line;
}
