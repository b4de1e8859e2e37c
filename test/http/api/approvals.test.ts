// Large refunds need two persons: what is asked for waits durably with its amount held back, another person decides,
// and whatever is repeated, raced or lost in between, the money goes once.
import { describe, expect, test } from 'vitest';
import { HesabuError } from '../../../src/domain/errors.ts';
import { GatewayLimited, GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import type { PersonRole } from '../../../src/http/access/person.ts';
import { apiTables } from '../../../src/service/tables/api-tables.ts';
import { NOON, order, paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Team, withTeam } from './given-approvals.ts';

const DAY = 86_400_000;
const codeOf = ({ status, json }: Answered) => [status, json.code];
const waits = async ({ refund, shop }: Team, json?: object): Promise<string> => (await refund(shop, json)).json.id;

/** What of the order's 1,000.00 may still be asked for. */
async function left({ refund, shop }: Team): Promise<string | undefined> {
  const { json } = await refund(shop, { amount: '5000.00' }, `left-${Math.random()}`);
  return /of at most (\S+) KES/.exec(json.detail)?.[1];
}

describe('a refund of at least review.threshold', () => {
  test('is approved by another person, whether either uses a key or is signed in (S13 partly)', () =>
    withTeam(async ({ given, asha, juma, refund, decide }) => {
      const browser = (name: string, role: PersonRole) => given.browserOf(name, { role, merchant: '*' });
      const decideAs = async (headers: Readonly<Record<string, string>>, id: string) => {
        const asked = { method: 'POST', url: `/v1/approvals/${id}`, idempotencyKey: headers.cookie! } as const;
        return codeOf(await given.ask({ ...asked, json: { decision: 'approve' }, headers }));
      };
      const { id } = (await refund(asha)).json;
      expect(await decideAs(browser('ASHA', 'approver'), id)).toEqual([403, 'HESABU_SAME_PERSON']);
      expect(await decideAs(browser('Neema', 'admin'), id)).toEqual([403, 'HESABU_FORBIDDEN']);
      expect(await decideAs(browser('Zawadi', 'approver'), id)).toEqual([200, undefined]);
      const headers = browser('Juma', 'operator');
      const url = '/v1/orders/A-1/refunds';
      const json = { amount: '100.00' };
      const asked = await given.ask({ method: 'POST', url, json, headers, idempotencyKey: 'k-2' });
      expect(asked.json.status).toBe('waiting');
      expect(codeOf(await decide(juma, asked.json.id))).toEqual([403, 'HESABU_SAME_PERSON']);
    }));

  test('waits for another person, and is sent once he approves; every step names its person (S23, R15)', () =>
    withTeam(async (team) => {
      const { given, refund, decide, asha, juma } = team;
      const asked = await refund(asha, { amount: '600.00', reason: 'call 0711223344' });
      expect(asked.status).toBe(202);
      const { id } = asked.json;
      expect(asked.json).toMatchObject({
        ...{ kind: 'refund', status: 'waiting', merchant: 'shop-1', decided_by: null, result: null },
        refund: { transaction_reference: 'A-1', payment: 'P-A-1', amount: '600.00', reason: 'call #hash-of-10' },
        ...{ asked_by: { person: 'Asha' }, asked_at: '2026-06-01T12:00:00Z', expires_at: '2026-06-08T12:00:00Z' },
      });
      expect(given.gateway.refunds).toEqual([]);
      const done = await decide(juma, id);
      expect(done.json).toMatchObject({ status: 'done', decided_by: { person: 'Juma' }, result: 'F-1' });
      expect(given.gateway.refunds).toMatchObject([{ amount: '600.00', reason: 'call 0711223344' }]);
      const trail = await given.ask({ url: '/v1/audit?reference=A-1', key: given.key('auditor', '*') });
      const steps = trail.json.calls.map(({ person, route, names }: Record<string, string>) => [person, route, names]);
      expect(steps.reverse()).toEqual([
        ['Asha', 'POST /v1/orders/:ref/refunds', ['A-1', id]],
        ['Juma', 'POST /v1/approvals/:id', [id, 'A-1', 'F-1']],
      ]);
      // What only the gateway needed is forgotten.
      const rows = JSON.stringify(given.database.prepare('SELECT * FROM approvals').all());
      expect(rows).not.toContain('0711223344');
    }));

  test('is one by the amount, from the threshold on, and by what was returned before: parts do not get round it', () =>
    withTeam(async (team) => {
      const { given, refund, shop } = team;
      const status = async (amount: string, name: string) => (await refund(shop, { amount }, name)).json.status;
      expect(await status('499.99', 'k-1')).toBe('initiated');
      expect(await status('0.01', 'k-2')).toBe('waiting');
      expect(await status('0.01', 'k-3')).toBe('waiting');
      await given.ledger.writer.append([order('A-2', { currency: 'UGX' }), paid('A-2', { data: { currency: 'UGX' } })]);
      expect((await refund(shop, {}, 'k-4', 'A-2')).json.status).toBe('initiated');
      expect(given.gateway.refunds.map(({ amount }) => amount)).toEqual(['499.99', '1000']);
    }));

  test('is asked for by a shop without a person, and never by an operator or admin without one', () =>
    withTeam(async ({ given, refund, shop, status }) => {
      for (const role of ['operator', 'admin'] as const) {
        expect(codeOf(await refund(given.key(role, '*')))).toEqual([403, 'HESABU_PERSON_MISSING']);
      }
      const { json } = await refund(shop);
      expect([json.asked_by.person, await status(json.id)]).toEqual([null, 'waiting']);
    }));

  test('is never approved by who asked, by any of his keys, nor by a key without a person', () =>
    withTeam(async ({ given, refund, decide, asha, status }) => {
      const { id } = (await refund(asha)).json;
      const others = [
        ['Asha', 'approver'],
        ['asha', 'admin'],
      ] as const;
      for (const [person, role] of others) {
        const same = await decide(given.keyOf(person, role, '*'), id);
        expect(codeOf(same)).toEqual([403, 'HESABU_SAME_PERSON']);
      }
      expect(codeOf(await decide(given.key('admin', '*'), id))).toEqual([403, 'HESABU_PERSON_MISSING']);
      expect(codeOf(await decide(given.keyOf('Zuri', 'auditor', '*'), id))).toEqual([403, 'HESABU_FORBIDDEN']);
      expect([await status(id), given.gateway.refunds]).toEqual(['waiting', []]);
      // One may take back what one asked for.
      expect((await decide(given.keyOf('Asha', 'approver', '*'), id, 'refuse')).json.status).toBe('refused');
    }));

  test('is seen and decided by keys of its merchant only (S11)', () =>
    withTeam(async (team) => {
      const { given, decide, status } = team;
      const id = await waits(team);
      const other = given.keyOf('Zuri', 'approver', 'shop-2');
      expect(codeOf(await decide(other, id))).toEqual([404, 'HESABU_NOT_FOUND']);
      expect((await given.ask({ url: `/v1/approvals/${id}`, key: other })).status).toBe(404);
      expect((await given.ask({ url: '/v1/approvals', key: other })).json.approvals).toEqual([]);
      const own = given.keyOf('Zuri', 'approver', 'shop-1');
      const listed = await given.ask({ url: '/v1/approvals?status=waiting', key: own });
      expect(listed.json.approvals).toMatchObject([{ id }]);
      expect((await decide(own, id)).json.status).toBe('done');
      expect(await status(id)).toBe('done');
    }));

  test('holds its amount back while it waits, and frees it when it is refused or after seven days', () =>
    withTeam(async (team) => {
      const { given, decide, juma, refund, shop, status } = team;
      const first = await waits(team);
      expect(await left(team)).toBe('400.00');
      await decide(juma, first, 'refuse');
      expect(await left(team)).toBe('1000.00');
      const second = (await refund(shop, { amount: '700.00' }, 'k-2')).json.id;
      given.clock.at += 7 * DAY - 1;
      expect(await left(team)).toBe('300.00');
      given.clock.at += 1;
      expect([await status(second), await left(team)]).toEqual(['expired', '1000.00']);
      const late = await decide(juma, second);
      expect(codeOf(late)).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
      for (const [wanted, ids] of [
        ['expired', [second]],
        ['refused', [first]],
        ['waiting', []],
      ] as const) {
        const { json } = await given.ask({ url: `/v1/approvals?status=${wanted}`, key: juma });
        expect(json.approvals.map(({ id }: { id: string }) => id)).toEqual(ids);
      }
      given.parts.tables.approvals.sweep();
      expect(await status(second)).toBe('expired');
      expect(given.gateway.refunds).toEqual([]);
    }));

  test('is refused at its approval when the money has gone another way meanwhile', () =>
    withTeam(async (team) => {
      const { given, decide, juma, status } = team;
      const id = await waits(team);
      const data = { transaction_id: 'F-9', original_transaction_id: 'P-A-1', amount: '700.00' };
      await given.ledger.writer.append(
        [{ ...paid('A-1', { id: 'ev-9', data }), ...{} }].map(
          (fact) => ({ ...fact, body: { ...fact.body, kind: 'refund' } }) as typeof fact,
        ),
      );
      expect(codeOf(await decide(juma, id))).toEqual([400, 'HESABU_AMOUNT_RANGE']);
      expect([await status(id), given.gateway.refunds]).toEqual(['waiting', []]);
    }));

  test('sent again by its client is the same request, before and after it is decided (S23)', () =>
    withTeam(async (team) => {
      const { given, refund, decide, shop, juma } = team;
      const id = await waits(team);
      given.database.exec('DELETE FROM idempotency');
      expect((await refund(shop)).json).toMatchObject({ id, status: 'waiting' });
      given.database.exec('DELETE FROM idempotency');
      expect(codeOf(await refund(shop, { amount: '700.00' }))).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
      expect((await refund(shop)).json).toMatchObject({ id, status: 'waiting' });
      await decide(juma, id);
      // The answer is the one that was given before; later, when it is forgotten, the one of today.
      expect((await refund(shop)).json).toMatchObject({ id, status: 'waiting' });
      given.database.exec('DELETE FROM idempotency');
      expect((await refund(shop)).json).toMatchObject({ status: 'initiated', transaction_id: 'F-1' });
      expect(given.gateway.refunds).toHaveLength(1);
    }));
});

describe('a decision', () => {
  test('given 50 at once, under keys of their own, then one holds and the gateway is asked once (S23)', () =>
    withTeam(async (team) => {
      const { given, decide, juma, neema } = team;
      const id = await waits(team);
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          decide(at % 2 === 0 ? juma : neema, id, at % 5 === 4 ? 'refuse' : 'approve'),
        ),
      );
      const taken = answers.filter(({ status }) => status === 200);
      expect(taken).toHaveLength(1);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
      expect(given.gateway.refunds).toHaveLength(taken[0]!.json.status === 'done' ? 1 : 0);
      expect(given.database.prepare('SELECT count(*) AS rows FROM refunds_asked').get()).toEqual({
        rows: given.gateway.refunds.length,
      });
    }));

  test('sent again under its Idempotency-Key has the same answer; another one under it is refused', () =>
    withTeam(async (team) => {
      const { given, decide, juma, neema } = team;
      const id = await waits(team);
      const first = await decide(juma, id, 'approve', 'd');
      const again = await decide(neema, id, 'approve', 'd');
      expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
      expect(codeOf(await decide(juma, id, 'refuse', 'd'))).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
      expect(codeOf(await decide(juma, id, 'refuse'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
      const bare = { method: 'POST', url: `/v1/approvals/${id}`, key: juma, json: { decision: 'approve' } } as const;
      expect(codeOf(await given.ask(bare))).toEqual([400, 'HESABU_IDEMPOTENCY_MISSING']);
    }));

  test('whose answer from the gateway was lost is given again, by anybody who may, and is one refund (S23)', () =>
    withTeam(async (team) => {
      const { given, decide, juma, neema, status } = team;
      const id = await waits(team);
      given.gateway.isAnswerLost = true;
      expect((await decide(juma, id)).status).toBe(502);
      expect([await status(id), await left(team)]).toEqual(['approved', '400.00']);
      expect(codeOf(await decide(neema, id, 'refuse'))).toEqual([409, 'HESABU_APPROVAL_DECIDED']);
      expect((await decide(neema, id)).json).toMatchObject({ status: 'done', decided_by: { person: 'Juma' } });
      expect(new Set(given.gateway.refunds.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
      expect(await left(team)).toBe('400.00');
    }));

  test.each<[string, HesabuError, string, string]>([
    ['a refusal of the gateway', new GatewayRefused({}, 422), 'failed', '1000.00'],
    ['a limit', new GatewayLimited({}, NOON), 'waiting', '400.00'],
    ['a missing secret', new HesabuError('HESABU_SECRET_MISSING'), 'waiting', '400.00'],
    ['no answer', new HesabuError('HESABU_GATEWAY_FAILED'), 'approved', '400.00'],
  ])('after %s leaves what is known', (_what, failure, wanted, rest) =>
    withTeam(async (team) => {
      const { given, decide, juma, status } = team;
      const id = await waits(team);
      given.gateway.failure = failure;
      expect((await decide(juma, id)).json.code).toBe(failure.code);
      expect([await status(id), await left(team)]).toEqual([wanted, rest]);
      const again = await decide(juma, id);
      expect(codeOf(again)).toEqual(wanted === 'failed' ? [409, 'HESABU_APPROVAL_DECIDED'] : [200, undefined]);
      expect(given.gateway.refunds).toHaveLength(wanted === 'failed' ? 0 : 1);
    }),
  );

  test('that was written and whose effect was not begun goes on after a restart, by the asker too (S23)', () =>
    withTeam(async (team) => {
      const { given, refund, shop, status } = team;
      const id = await waits(team);
      // As after a kill between the two: other tables over the same file, and no answer stored.
      const { approvals } = apiTables(given.database, given.clock);
      const decision = { at: NOON, by: { key: 'k', person: 'Juma' }, why: null };
      approvals.approve(approvals.get(id)!, decision);
      given.database.exec('DELETE FROM idempotency');
      expect([await status(id), await left(team)]).toEqual(['approved', '400.00']);
      expect((await refund(shop)).json).toMatchObject({ status: 'initiated', transaction_id: 'F-1' });
      expect(await status(id)).toBe('done');
      expect(given.gateway.refunds).toHaveLength(1);
    }));
});

test('the list is paged, the newest first', () =>
  withTeam(async ({ given, refund, shop, juma }) => {
    const ids: string[] = [];
    for (let at = 0; at < 5; at++) {
      const reference = `B-${at}`;
      await given.ledger.writer.append([order(reference), paid(reference)]);
      ids.push((await refund(shop, {}, `k-${at}`, reference)).json.id);
    }
    const first = (await given.ask({ url: '/v1/approvals?limit=3', key: juma })).json;
    const rest = (await given.ask({ url: `/v1/approvals?limit=3&after=${first.next}`, key: juma })).json;
    const shown = [...first.approvals, ...rest.approvals].map(({ id }: { id: string }) => id);
    expect([first.approvals.length, rest.next, shown]).toEqual([3, null, ids.toSorted().reverse()]);
  }));
