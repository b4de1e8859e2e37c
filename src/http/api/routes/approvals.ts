// The routes of approvals: what waits for a second person, and his decision. An approved request has its effect within
// the decision's own request; if that breaks off, approving again goes on with it, and never begins it twice.

import { z } from 'zod';
import { Redactor } from '../../../archive/privacy/redactor.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { formatInstant } from '../../../domain/time.ts';
import { type ApiKey, hasAllMerchants, mayTouch } from '../../access/api-key.ts';
import type { PeopleStore } from '../../access/people-store.ts';
import { actorOf, approvalView, heldRefunds, personMissing } from '../approval-requests.ts';
import {
  APPROVAL_STATUSES,
  type Approval,
  type Decision,
  type WaitingImport,
  type WaitingRefund,
} from '../approvals.ts';
import { isAskedUnknown, markSending } from '../cases/refund-marks.ts';
import { demandHolding, demandWithin } from '../cases/refund-terms.ts';
import { fileReading, importFile } from '../file-import.ts';
import { demandCall, gatewayAgain } from '../gateway-calls.ts';
import { knownOrder } from '../known-order.ts';
import { sendRefund } from '../refund-call.ts';
import { demandLeft } from '../refundable-amount.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { ApprovalList, Approval as ApprovalSchema, DecisionRequest } from '../schemas/approvals.ts';
import { count, text } from '../schemas/basic.ts';
import type { Turns } from '../turns.ts';
import { demandFile, removeFile } from '../waiting-files.ts';

const READERS = ['shop', 'operator', 'approver', 'auditor', 'admin'] as const;

const IdParams = z.strictObject({ id: text.meta({ examples: ['1m8mftbm7000zycr8pwpxrp00np0'] }) });
const ListQuery = z.strictObject({
  status: z.enum(APPROVAL_STATUSES).optional(),
  after: text.optional(),
  limit: count(1, 1_000, 100),
});

type IdCall = Call<z.output<typeof IdParams>>;
type DecisionCall = Call<z.output<typeof IdParams>, unknown, z.output<typeof DecisionRequest>>;

export function approvalRoutes(turns: Turns): readonly Route[] {
  return [
    route({
      method: 'GET',
      url: '/v1/approvals',
      summary: 'Requests that wait for a second person, or waited, the newest first',
      roles: READERS,
      scope: 'merchant',
      query: ListQuery,
      answers: {
        200: json('A page of approvals', ApprovalList, {
          approval: { to: 'GET /v1/approvals/:id', by: { id: '$response.body#/approvals/0/id' } },
        }),
      },
      handle: async ({ parts, caller, query: { status, after, limit } }) => {
        const merchants = hasAllMerchants(caller) ? null : caller.merchants;
        const found = parts.tables.approvals.page({ merchants, status, after, limit: limit + 1 });
        const shown = found.slice(0, limit);
        const next = found.length > limit ? shown.at(-1)!.id : null;
        return { status: 200, body: { approvals: shown.map((approval) => approvalView(parts, approval)), next } };
      },
    }),
    route({
      method: 'GET',
      url: '/v1/approvals/:id',
      summary: 'A request that waits for a second person, or waited',
      roles: READERS,
      scope: 'merchant',
      params: IdParams,
      answers: { 200: json('The approval', ApprovalSchema) },
      handle: async (call) => ({ status: 200, body: approvalView(call.parts, visible(call)) }),
    }),
    route({
      method: 'POST',
      url: '/v1/approvals/:id',
      summary: 'Approve or refuse what waits for a second person',
      description:
        'The person who asked may never approve, whichever key is used. The answer comes when the refund was sent, ' +
        'or the file imported. An approval whose effect is not known, after a cut connection, is given again.',
      roles: ['approver', 'admin'],
      scope: 'merchant',
      params: IdParams,
      body: DecisionRequest,
      example: { decision: 'approve', why: 'I called the customer' },
      answers: { 200: json('The decision holds', ApprovalSchema) },
      merchantOf: async (call) => visible(call).merchant,
      handle: (call) => turns.take(turnOf(visible(call)), () => decide(call)),
    }),
  ];
}

/** Throws HESABU_NOT_FOUND, also for another merchant's. */
function visible({ parts, params, caller }: IdCall): Approval {
  const approval = parts.tables.approvals.get(params.id);
  if (approval !== undefined && mayTouch(caller, approval.merchant)) return approval;
  throw new HesabuError('HESABU_NOT_FOUND', { where: params.id });
}

/** Refunds of an order are decided one at a time, by whichever route they come. */
function turnOf({ id, request }: Approval): string {
  return request.kind === 'refund' ? request.refund.reference : id;
}

async function decide(call: DecisionCall): Promise<Answer> {
  const { parts, body, names, caller } = call;
  const { approvals } = parts.tables;
  const approval = visible(call);
  const { id, request, status } = approval;
  names.push(id);
  if (request.kind === 'refund') names.push(request.refund.reference);
  demandOther(parts.people, approval, caller, body.decision);
  const isAgain = status === 'approved' && body.decision === 'approve';
  if (status !== 'waiting' && !isAgain) throw decided(approval);
  const why = body.why === undefined ? null : new Redactor(parts.pseudonym).text(body.why);
  const decision = { at: parts.clock.now(), by: actorOf(caller), why };
  if (body.decision === 'refuse') {
    approvals.refuse(id, decision);
    if (request.kind === 'import') await removeFile(parts, id);
  } else if (request.kind === 'refund') await approveRefund(call, approval, request, decision);
  else await approveImport(call, approval, request, decision);
  return { status: 200, body: approvalView(parts, approvals.get(id)!) };
}

/** Throws HESABU_PERSON_MISSING and HESABU_SAME_PERSON. One's own request may be refused, which takes it back. */
function demandOther(
  people: Pick<PeopleStore, 'idOf'>,
  { asked_by }: Approval,
  { id, person }: ApiKey,
  decision: 'approve' | 'refuse',
): void {
  if (person === null) throw personMissing();
  if (decision === 'approve' && (id === asked_by.key || isSamePerson(people, person, asked_by.person))) {
    throw new HesabuError('HESABU_SAME_PERSON', { expected: `another person than ${asked_by.person ?? person}` });
  }
}

/** However a name is written, and whether a key names its person or the person is signed in. */
function isSamePerson(people: Pick<PeopleStore, 'idOf'>, one: string, other: string | null): boolean {
  return other !== null && people.idOf(one) === people.idOf(other);
}

function decided({ id, status, decision, asked_at }: Approval): HesabuError {
  const since = formatInstant(decision?.at ?? asked_at);
  const found = decision === null ? status : `${status}, by ${decision.by.person ?? decision.by.key} at ${since}`;
  return new HesabuError('HESABU_APPROVAL_DECIDED', { where: id, expected: 'a request that waits', found });
}

async function approveRefund(
  call: DecisionCall,
  approval: Approval,
  { refund, reason }: WaitingRefund,
  decision: Decision,
): Promise<void> {
  const { parts } = call;
  const { refunds, approvals, refundProposals } = parts.tables;
  const { reference, key } = refund;
  const known = await knownOrder(call, reference);
  const asked = refunds.of(reference);
  const sent = { ...refund, transaction_id: null };
  const gateway = demandCall(gatewayAgain(parts, approval.merchant, sent), 'refund');
  const isFirst = approval.status === 'waiting';
  const proposal = refundProposals.ofKey(key);
  // What a person proposed of a case no key approves, whichever rule asks for the second person.
  if (proposal !== undefined && call.caller.signedIn === null) {
    throw new HesabuError('HESABU_SIGN_IN_NEEDED', { found: 'a key of the API' });
  }
  if (isFirst && proposal !== undefined) {
    const { finding } = await demandHolding(parts, proposal);
    await demandWithin(parts, known, finding, refund);
    if (await isAskedUnknown(parts, proposal)) {
      const found = 'one that the ledger knows more of than service.db';
      const expected = 'a refund that was not asked for';
      throw new HesabuError('HESABU_APPROVAL_DECIDED', { where: approval.id, expected, found });
    }
  }
  if (isFirst) {
    demandLeft(known, refund, [...asked, ...heldRefunds(approvals, reference, approval.id)]);
    if (proposal !== undefined) await markSending(parts, proposal);
    approvals.approve(approval, decision);
  }
  const before = asked.find((one) => one.key === key) ?? sent;
  await sendRefund(call, known, { refund: before, gateway, reason, isFirst }, parts.tables);
}

/** A file that cannot be read is over; after any other fault the import goes on when it is approved again. */
async function approveImport(
  call: DecisionCall,
  approval: Approval,
  request: WaitingImport,
  decision: Decision,
): Promise<void> {
  const { parts, names } = call;
  const { approvals } = parts.tables;
  const { id, status } = approval;
  const { file: kind, name, provider } = request;
  names.push(name);
  const said = { kind, name, provider, ...givenOf(request) };
  const reading = fileReading(parts, said);
  const path = await demandFile(parts, id, request);
  if (status === 'waiting') approvals.approve(approval, decision);
  try {
    const taken = await importFile(parts, path, said, reading);
    approvals.finish(id, `${taken.id}`);
  } catch (error) {
    if (!(error instanceof HesabuError) || error.exit !== 2) throw error;
    approvals.fail(approval, error.code);
    await removeFile(parts, id);
    throw error;
  }
  await removeFile(parts, id);
}

function givenOf({ account, expect, mapping, mapping_name }: WaitingImport): object {
  const given = Object.entries({ account, expect, mapping, mapping_name });
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}
