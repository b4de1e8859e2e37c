// Decisions by the API: what a maker proposes of a case, what holds at once and what waits, and who may not decide.
import { describe, expect, test } from 'vitest';
import { caseId } from '../../../src/domain/case-id.ts';
import { parseRules } from '../../../src/matching/rules.ts';
import { paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { type Desk, withDesk } from './given-cases.ts';

const codeOf = ({ status, json }: Answered) => [status, json.code];

/** The browser of a person with these roles for all merchants. */
const browserOf = ({ given }: Desk, name: string, ...roles: ('operator' | 'approver')[]) =>
  given.browserOf(name, ...roles.map((role) => ({ role, merchant: '*' })));

describe('a proposal', () => {
  test('below the threshold holds at once, and says so', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const made = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, {
        ...{ finding, kind: 'write_off', cause: 'customer_error', text: 'paid short, call 0711223344' },
      });
      expect(made.status).toBe(201);
      expect(made.json).toMatchObject({
        ...{ state: 'effective', needs_approval: false, amount: '20.00', currency: 'KES' },
        by: { via: 'api' },
      });
      expect(await desk.standing('A-1')).toBe('resolved');
      expect(await desk.given.parts.texts.read(made.json.by.text)).toBe('paid short, call #hash-of-10');
    }));

  test('from the threshold on waits for a second person, and holds once one approved what was read', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      expect([json.state, json.needs_approval, await desk.standing('A-1')]).toEqual([
        ...['awaiting_approval', true, 'unmatched'],
      ]);
      const { content } = json;
      const url = `/v1/proposals/${json.id}/approval`;
      const done = await desk.post(browserOf(desk, 'Wanjiru', 'approver'), url, { content, text: 'seen' });
      expect([done.status, done.json.state, done.json.approved.via]).toEqual([200, 'effective', 'desk']);
      expect(await desk.standing('A-1')).toBe('resolved');
    }));

  test('that could never hold is refused, with what would: nothing of it is written', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const url = `/v1/cases/${id}/proposals`;
      const wanted = { finding, kind: 'write_off', cause: 'rounding' };
      for (const [more, where] of [
        [{ amount: '19.99' }, 'amount'],
        [{ amount: '20.00', currency: 'UGX' }, 'currency'],
        [{ kind: 'explain', amount: '20.00' }, 'amount'],
      ] as const) {
        const refused = await desk.post(desk.operator, url, { ...wanted, ...more });
        expect([...codeOf(refused), refused.json.where]).toEqual([422, 'HESABU_FIELD_INVALID', where]);
      }
      expect((await desk.given.ledger.reader.findKey('A-1'))!.decisions).toEqual([]);
    }));

  test('on a ledger whose rules do not name the service is not taken: it would count for nothing', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      desk.given.ledger.loop.rules = parseRules({ review: { threshold: { KES: '100.00' } } });
      const wanted = { finding, kind: 'write_off', cause: 'rounding' };
      const refused = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      expect(codeOf(refused)).toEqual([503, 'HESABU_DECISION_KEY_UNKNOWN']);
    }));

  test('sent again with its key is one proposal; with another content it is refused', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const wanted = { finding, kind: 'explain', cause: 'test_order' };
      const url = `/v1/cases/${id}/proposals`;
      const once = await desk.post(desk.operator, url, wanted, 'k-1');
      const again = await desk.post(desk.operator, url, wanted, 'k-1');
      expect([again.status, again.json.id]).toEqual([201, once.json.id]);
      expect(codeOf(await desk.post(desk.operator, url, { ...wanted, cause: 'fraud' }, 'k-1'))).toEqual([
        ...[422, 'HESABU_IDEMPOTENCY_REUSED'],
      ]);
    }));

  test('that was made, and whose answer was lost with the process, is not made twice (S23)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const wanted = { finding, kind: 'write_off', cause: 'rounding' };
      const url = `/v1/cases/${id}/proposals`;
      const first = await desk.post(desk.operator, url, wanted, 'k-1');
      desk.given.database.exec('DELETE FROM idempotency');
      desk.given.clock.at += 60_000;
      const again = await desk.post(desk.operator, url, wanted, 'k-1');
      expect([again.json.id, again.json.content]).toEqual([first.json.id, first.json.content]);
      desk.given.database.exec('DELETE FROM idempotency');
      const other = await desk.post(desk.operator, url, { ...wanted, cause: 'fraud' }, 'k-1');
      expect(codeOf(other)).toEqual([422, 'HESABU_IDEMPOTENCY_REUSED']);
    }));

  test('about evidence that changed meanwhile is refused, with what is there now', () =>
    withDesk(async (desk) => {
      const { id } = await desk.short('A-1', '20.00');
      const late = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, {
        ...{ finding: 'ab'.repeat(32), kind: 'explain', cause: 'timing' },
      });
      expect(codeOf(late)).toEqual([409, 'HESABU_CASE_CHANGED']);
    }));

  test('of another merchant, of a case that never was, or of none at all is not found', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const wanted = { finding, kind: 'explain', cause: 'timing' };
      const other = desk.given.keyOf('p-otieno', 'operator', 'shop-2');
      const unknown = caseId({ key: 'A-1', stage: 'payment', reason: 'PAYMENT_MISSING', subject: '' });
      for (const [key, name] of [
        [other, id],
        [desk.operator, unknown],
        [desk.operator, 'x'],
      ] as const) {
        expect(codeOf(await desk.post(key, `/v1/cases/${name}/proposals`, wanted))).toEqual([404, 'HESABU_NOT_FOUND']);
      }
    }));
});

describe('an approval', () => {
  test('is never given by the maker, whether he proposed as a person or by a key of his (S13)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const zhang = browserOf(desk, 'Zhang Wei', 'operator', 'approver');
      const key = desk.given.keyOf('Zhang Wei', 'operator', '*');
      for (const maker of [zhang, key]) {
        const { json } = await desk.post(maker, `/v1/cases/${id}/proposals`, wanted);
        const { content } = json;
        expect(codeOf(await desk.post(zhang, `/v1/proposals/${json.id}/approval`, { content }))).toEqual([
          ...[403, 'HESABU_SAME_PERSON'],
        ]);
      }
      expect(await desk.standing('A-1')).toBe('unmatched');
    }));

  test('of evidence that changed meanwhile, or of another content than was read, is refused (S13)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      const url = `/v1/proposals/${json.id}/approval`;
      const other = await desk.post(wanjiru, url, { content: 'ab'.repeat(32) });
      expect(codeOf(other)).toEqual([409, 'HESABU_CASE_CHANGED']);
      const more = paid('A-1', { id: 'evt-more', data: { amount: '50.00', transaction_id: 'P-more' } });
      await desk.given.ledger.writer.append([more]);
      expect(codeOf(await desk.post(wanjiru, url, { content: json.content }))).toEqual([409, 'HESABU_CASE_CHANGED']);
      expect(await desk.standing('A-1')).toBe('unmatched');
    }));

  test('of what a key of nobody proposed is refused: nobody knows that he is another person (S13)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const nobodys = desk.given.key('operator', '*');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(nobodys, `/v1/cases/${id}/proposals`, wanted);
      const { content } = json;
      const answer = await desk.post(browserOf(desk, 'Wanjiru', 'approver'), `/v1/proposals/${json.id}/approval`, {
        content,
      });
      expect([codeOf(answer), await desk.standing('A-1')]).toEqual([[403, 'HESABU_PERSON_MISSING'], 'unmatched']);
    }));

  test('raced by rejections counts for nothing: deny wins (S13)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const people = ['Wanjiru', 'Otieno'].map((name) => browserOf(desk, name, 'approver'));
      const { content } = json;
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => {
          const answer = at % 2 === 0 ? 'approval' : 'rejection';
          return desk.post(people[at % 2]!, `/v1/proposals/${json.id}/${answer}`, { content, text: 'seen' });
        }),
      );
      expect(await desk.standing('A-1')).toBe('unmatched');
    }));

  test('is revoked by a rejection, with the names of both, and the history stays (R16)', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      const { content } = json;
      await desk.post(wanjiru, `/v1/proposals/${json.id}/approval`, { content });
      expect(await desk.standing('A-1')).toBe('resolved');
      const { json: back } = await desk.post(wanjiru, `/v1/proposals/${json.id}/rejection`, { content, text: 'no' });
      expect([back.state, back.approved.person]).toEqual(['rejected', back.rejected.person]);
      expect(await desk.standing('A-1')).toBe('unmatched');
      const page = await desk.given.ask({ url: '/v1/entries?limit=100', key: desk.given.key('auditor', '*') });
      const kinds = page.json.entries.map((entry: { kind: string }) => entry.kind);
      expect(kinds.slice(-3)).toEqual(['unmatched', 'decision', 'unmatched']);
    }));

  test('is never given by a key of the API, whoever it belongs to', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const key = desk.given.keyOf('p-wanjiru', 'approver', '*');
      const { content } = json;
      expect(codeOf(await desk.post(key, `/v1/proposals/${json.id}/approval`, { content }))).toEqual([
        ...[403, 'HESABU_SIGN_IN_NEEDED'],
      ]);
      expect(await desk.standing('A-1')).toBe('unmatched');
    }));
});

describe('a rejection', () => {
  test('by its maker takes a proposal back, and the break is open again', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const wanted = { finding, kind: 'write_off', cause: 'rounding' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const { content } = json;
      const back = await desk.post(desk.operator, `/v1/proposals/${json.id}/rejection`, { content });
      expect([back.status, back.json.state, await desk.standing('A-1')]).toEqual([200, 'rejected', 'unmatched']);
    }));

  test("of another person's proposal says why, and a withdrawal of one's own need not", () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      const wanjiru = browserOf(desk, 'Wanjiru', 'approver');
      const { content } = json;
      const url = `/v1/proposals/${json.id}/rejection`;
      expect(codeOf(await desk.post(wanjiru, url, { content }))).toEqual([422, 'HESABU_FIELD_INVALID']);
      expect(codeOf(await desk.post(wanjiru, url, { content, text: ' \n' }))).toEqual([400, 'HESABU_REQUEST_INVALID']);
      const act = { act: 'reject', kind: 'write_off', cause: 'goodwill' };
      const many = await desk.post(wanjiru, '/v1/cases/bulk/preview', { act, cases: [id] });
      expect([many.json.count, many.json.refused[0].code]).toEqual([0, 'HESABU_FIELD_INVALID']);
      const told = await desk.post(wanjiru, '/v1/cases/bulk/preview', { act: { ...act, text: 'no' }, cases: [id] });
      expect(told.json.count).toBe(1);
      expect((await desk.post(desk.operator, url, { content })).json.state).toBe('rejected');
    }));

  test('by somebody else who is no approver is refused', () =>
    withDesk(async (desk) => {
      const { id, finding } = await desk.short('A-1', '20.00');
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, {
        ...{ finding, kind: 'write_off', cause: 'rounding' },
      });
      const other = desk.given.keyOf('p-otieno', 'operator', 'shop-1');
      const { content } = json;
      expect(codeOf(await desk.post(other, `/v1/proposals/${json.id}/rejection`, { content }))).toEqual([
        ...[403, 'HESABU_SIGN_IN_NEEDED'],
      ]);
      expect(await desk.standing('A-1')).toBe('resolved');
    }));
});

test('an assignment and a note are kept, and change nothing of where the payment stands', () =>
  withDesk(async (desk) => {
    const { id } = await desk.short('A-1', '20.00');
    const assigned = await desk.post(desk.operator, `/v1/cases/${id}/assignment`, {
      ...{ owner: 'p-zhang', due_at: '2026-06-03T00:00:00Z', waiting_on: 'gateway' },
    });
    const noted = await desk.post(desk.operator, `/v1/cases/${id}/notes`, { text: 'asked the gateway' });
    expect([assigned.status, noted.status, await desk.standing('A-1')]).toEqual([200, 200, 'unmatched']);
  }));
