// The routes of work on many cases at once: what it would come to, the work itself, what became of each row, and its
// withdrawal in one step.

import type { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { parseInstant } from '../../../domain/time.ts';
import { versionText } from '../../../projections/cases/case-view.ts';
import { hasAllMerchants } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import type { Act } from '../batch.ts';
import { rowDecision } from '../cases/batch-runner.ts';
import { batchHead, batchView, seenBatch } from '../cases/batch-view.ts';
import { accepted, batchId, started } from '../cases/begun.ts';
import type { Preview, Previews } from '../cases/previews.ts';
import {
  BATCH_ROWS_MAX,
  decidesOn,
  foundCases,
  type JudgedRow,
  judged,
  namedRows,
  previewed,
} from '../cases/selection.ts';
import { sumsOf } from '../cases/sums.ts';
import { type Tried, trialOf } from '../cases/trial.ts';
import { orderOf, rolesFor } from '../cases/verdict.ts';
import { demandHeard, keptText } from '../decision-call.ts';
import { linkOrder } from '../link-call.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import {
  type ActRequest,
  Batch,
  Batches,
  BatchParams,
  BatchQuery,
  BulkPreview,
  BulkRequest,
  PreviewRequest,
} from '../schemas/batches.ts';

const WORKERS = ['operator', 'approver'] as const;
const READERS = ['operator', 'approver', 'auditor'] as const;
const BATCHES_SHOWN = 50;
const REFUSED_SHOWN = 100;
/** The names of a thousand cases, however long they are. */
const NAMES_BYTES_MAX = 768 * 1024;
/** Each is a key that is assessed again. */
const TRIED_MAX = 100;

type AskedAct = z.output<typeof ActRequest>;
type BulkPreviews = Previews<AskedAct>;
type PreviewCall = Call<unknown, unknown, z.output<typeof PreviewRequest>>;
type BulkCall = Call<unknown, unknown, z.output<typeof BulkRequest>>;
type BatchCall = Call<z.output<typeof BatchParams>, z.output<typeof BatchQuery>>;

const LINKS = {
  batch: { to: 'GET /v1/batches/:id', by: { id: '$response.body#/id' } },
  withdrawal: { to: 'POST /v1/batches/:id/withdrawal', by: { id: '$response.body#/id' } },
};

const BATCH_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/batches',
    summary: "The caller's own batches, the newest first",
    roles: READERS,
    scope: 'merchant',
    answers: {
      200: json('At most 50 batches', Batches, {
        batch: { to: 'GET /v1/batches/:id', by: { id: '$response.body#/batches/0/id' } },
      }),
    },
    handle: async (call) => ({ status: 200, body: ownBatches(call) }),
  }),
  route({
    method: 'GET',
    url: '/v1/batches/:id',
    summary: 'What became of a batch, row by row',
    roles: READERS,
    scope: 'merchant',
    params: BatchParams,
    query: BatchQuery,
    answers: { 200: json('The batch with a page of its rows', Batch, LINKS) },
    handle: showBatch,
  }),
  route({
    method: 'POST',
    url: '/v1/batches/:id/withdrawal',
    summary: 'Take back what a batch did, in one step',
    description:
      'Assignments go back to who had the case before, unless somebody assigned it since. Proposals are withdrawn, ' +
      'and approved ones revoked. It is a batch itself.',
    roles: WORKERS,
    scope: 'merchant',
    params: BatchParams,
    answers: { 202: json('The batch that takes it back', Batch, LINKS) },
    merchantOf: async (call) => placeOf(call),
    handle: withdraw,
  }),
];

export function batchRoutes(previews: BulkPreviews): readonly Route[] {
  return [
    route({
      method: 'POST',
      url: '/v1/cases/bulk/preview',
      summary: 'What one act on many cases would come to',
      description:
        'The cases are those that a filter of the list finds, beyond its page too, or those that are named. The ' +
        'token counts for a quarter of an hour, for the caller alone, and for exactly the cases that were counted. ' +
        'Only people who are signed in approve, and what they approve is of one kind and one cause. Of ' +
        'links it is of one order too: the money of each case is counted for it in full.',
      roles: WORKERS,
      scope: 'merchant',
      bytesMax: NAMES_BYTES_MAX,
      body: PreviewRequest,
      example: { act: { act: 'assign', owner: 'team-nairobi' }, filter: { reason: ['AMOUNT_UNDER'], owner: ['-'] } },
      answers: { 200: json('What it would come to', BulkPreview) },
      handle: (call) => preview(call, previews),
    }),
    route({
      method: 'POST',
      url: '/v1/cases/bulk',
      summary: 'Do what was previewed',
      description:
        'The batch is on the disk when this is answered, and each of its rows is done once, also over a crash. A row ' +
        'whose case changed since is refused.',
      roles: WORKERS,
      scope: 'merchant',
      body: BulkRequest,
      example: { token: 'q3v8kXo2m1Rz7cT5yWb9dN4hLs6fJp0A' },
      answers: { 202: json('The batch', Batch, LINKS) },
      merchantOf: async (call) => placeOf(call),
      handle: (call) => begin(call, previews),
    }),
    ...BATCH_ROUTES,
  ];
}

/** A client's key is its own person's, whichever merchants the cases are of. */
function placeOf({ parts, caller }: Pick<Call, 'parts' | 'caller'>): string {
  return `person:${deciderOf(parts.people, caller, '').person}`;
}

async function preview(call: PreviewCall, previews: BulkPreviews): Promise<Answer> {
  const { parts, caller, body } = call;
  const { act, filter, cases, versions = {} } = body;
  if ((filter === undefined) === (cases === undefined)) {
    const expected = 'either a filter or cases';
    throw new HesabuError('HESABU_FIELD_INVALID', { where: 'body', expected, found: filter ? 'both' : 'none' });
  }
  if ((act.act === 'approve' || act.act === 'reject') && caller.signedIn === null) {
    throw new HesabuError('HESABU_SIGN_IN_NEEDED', { found: 'a key of the API' });
  }
  await parts.ledger.loop.catchUp();
  const rows = filter === undefined ? await namedRows(call, cases!) : await foundCases(call, filter);
  // Nothing is kept of what is only previewed: whether there is a text is all that matters.
  const isTold = 'text' in act && act.text !== undefined;
  const meant = await actOf(call, act, isTold ? '' : null);
  const found = (await judged(call, meant, rows)).map((one) => asRead(one, versions[one.row.id]));
  const { person } = deciderOf(parts.people, caller, '');
  const sums = { ...sumsOf(found), refused_cases: refusedCases(found), ...(await orderTried(call, meant, found)) };
  const kept = { person, at: parts.clock.now(), act, rows: found.map(previewed) };
  return { status: 200, body: { ...sums, token: sums.count === 0 ? null : previews.keep(kept) } };
}

/** Nothing is done with a case that its reader does not know as it is. */
function asRead(found: JudgedRow, version: string | undefined): JudgedRow {
  if (version === undefined || version === versionText(found.row)) return found;
  const why = 'expected the version that was read, found another';
  return { ...found, verdict: { status: 'refused', code: 'HESABU_CASE_CHANGED', why } };
}

function refusedCases(found: readonly JudgedRow[]): object[] {
  const refused = found.flatMap(({ row, verdict }) => {
    return verdict.status === 'refused' ? [{ case: row.id, code: verdict.code, why: verdict.why }] : [];
  });
  return refused.slice(0, REFUSED_SHOWN);
}

/** What the order of links would come to. */
async function orderTried(call: PreviewCall, act: Act, found: readonly JudgedRow[]): Promise<object> {
  const order = orderOf(act);
  if (order === null || act.act === 'reject') return { order: null, order_left_out: false };
  const { person, via, roles } = decidesOn(
    call,
    found.map(({ row }) => row.merchant),
    [act],
  );
  const tried = found.flatMap(({ row, verdict }): Tried[] => {
    if (verdict.status !== 'done') return [];
    const { key, merchant, finding } = row;
    const { stage, reason, subject } = finding;
    const by = { person, via, roles: rolesFor(act, merchant, { roles }) };
    return [{ place: { about: key, case: { stage, reason, subject }, merchant }, own: verdict.own, by }];
  });
  if (tried.length > TRIED_MAX) return { order: null, order_left_out: true };
  const keys = await trialOf(call.parts.ledger, tried, [order.reference]);
  return { order: keys.at(-1) ?? null, order_left_out: false };
}

/** `text` is the hash of what was written. */
async function actOf(call: Call, asked: AskedAct, text: string | null): Promise<Act> {
  if (asked.act === 'note') return { act: 'note', text: text ?? '', attachments: [] };
  if (asked.act !== 'assign') {
    const { act, kind, cause, to: [order] = [] } = asked;
    if ((kind === 'link') === (order === undefined)) {
      const expected = kind === 'link' ? 'the order that was paid' : 'none, where the kind is no link';
      throw new HesabuError('HESABU_FIELD_INVALID', { where: 'to', expected, found: order?.reference ?? 'none' });
    }
    const to = order === undefined ? {} : { to: await linkOrder(call, order.reference, ROLE_OF[act]) };
    return { act, kind, cause, text, ...to } as Act;
  }
  const { act, owner, due_at, waiting_on } = asked;
  return { act, owner, due_at: due_at === null ? null : parseInstant(due_at)!, waiting_on };
}

/** For the merchant of the order that money is linked to; a rejection needs none. */
const ROLE_OF = { propose: 'operator', approve: 'approver', reject: null } as const;

async function begin(call: BulkCall, previews: BulkPreviews): Promise<Answer> {
  const { parts, caller, body } = call;
  const { person } = deciderOf(parts.people, caller, '');
  // A preview is worked once, whichever request says so: its answer was lost, perhaps with the service.
  const id = batchId(person, `preview ${body.token}`);
  const known = parts.tables.batches.get(id);
  if (known !== undefined) return accepted(call, known);
  const kept: Preview<AskedAct> = previews.get(body.token, person, parts.clock.now());
  demandHeard(parts);
  const act = await actOf(call, kept.act, await keptText(call, 'text' in kept.act ? kept.act.text : undefined));
  const { roles, via } = decidesOn(
    call,
    kept.rows.map(({ merchant }) => merchant),
    [act],
  );
  await parts.tables.batches.add({ id, at: parts.clock.now(), person, via, roles, act }, kept.rows);
  return started(call, id);
}

function ownBatches(call: Pick<Call, 'parts' | 'caller'>): object {
  const { parts, caller } = call;
  const { person } = deciderOf(parts.people, caller, '');
  const found = parts.tables.batches.of(person, BATCHES_SHOWN + 1);
  const batches = found.slice(0, BATCHES_SHOWN).map((batch) => batchHead(call, batch));
  return { batches, older: found.length > BATCHES_SHOWN };
}

async function showBatch(call: BatchCall): Promise<Answer> {
  return { status: 200, body: await batchView(call, seenBatch(call, call.params.id), call.query) };
}

/** Throws HESABU_BATCH_FINAL. What another withdrew already is answered with that batch. */
async function withdraw(call: Call<z.output<typeof BatchParams>>): Promise<Answer> {
  const { parts, caller, intent } = call;
  const { batches } = parts.tables;
  const former = seenBatch(call, call.params.id);
  demandHeard(parts);
  if (former.withdrawn_by !== null) return accepted(call, batches.get(former.withdrawn_by)!);
  const { person } = deciderOf(parts.people, caller, '');
  if (person !== former.person && !hasAllMerchants(caller)) {
    throw new HesabuError('HESABU_FORBIDDEN', { expected: 'whose batch it is, or somebody for all merchants' });
  }
  const id = batchId(person, intent.key);
  const rows = batches
    .rows({ batch: former.id, merchants: null, after: 0, limit: BATCH_ROWS_MAX })
    .flatMap(({ number, status, given }) => {
      const of = (given.act ?? former.act)?.act;
      if ((status !== 'done' && status !== 'waiting') || of === undefined || of === 'withdraw' || FINAL.has(of))
        return [];
      const act: Act = { act: 'withdraw', batch: former.id, of };
      return [{ ...given, seen: null, proposal: null, act, decision: rowDecision(former, number) }];
    });
  if (rows.length === 0) throw new HesabuError('HESABU_BATCH_FINAL', { where: former.id });
  const { roles, via } = decidesOn(
    call,
    rows.map(({ merchant }) => merchant),
  );
  const act: Act = { act: 'withdraw', batch: former.id, of: null };
  // Batches are worked in the order of their times.
  const at = Math.max(parts.clock.now(), former.at + 1);
  await batches.add({ id, at, person, via, roles, act }, rows);
  return started(call, id);
}

/** A note is said, and deny wins. */
const FINAL: ReadonlySet<string> = new Set(['note', 'reject']);
