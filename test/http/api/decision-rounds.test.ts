// What a decision waits for: one round of the ledger, which begins for it. Nothing here measures time: rounds of their
// own come once an hour, so that one more would never end.

import { expect, test, vi } from 'vitest';
import { appendDecision, type DecisionPlace } from '../../../src/http/api/decision-call.ts';
import type { Call } from '../../../src/http/api/route.ts';
import { SERVICE } from '../../matching/given-decisions.ts';
import { NOON, order } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

const HOUR = 3_600_000;
const CALLER = { id: 'k-1', role: 'operator', person: null, signedIn: null };

/** Works with a desk of which the ledger has read everything, and counts the rounds from then on. */
const counted = (work: (desk: Desk, rounds: () => number) => Promise<void>, references: readonly string[]) => {
  let every = 1;
  return withDesk(
    async (desk) => {
      const { ledger } = desk.given;
      const cases = new Map<string, Awaited<ReturnType<Desk['short']>>>();
      for (const reference of references) cases.set(reference, await desk.short(reference, '300.00'));
      every = HOUR;
      // The last round of the pace before may have begun.
      await ledger.writer.append([order('Z-1')]);
      await ledger.loop.catchUp('at once');
      const advanced = vi.spyOn(ledger.reconciler.ledger, 'advance');
      await work({ ...desk, short: async (reference) => cases.get(reference)! }, () => advanced.mock.calls.length);
      every = 1;
    },
    { reconcileEveryMillis: () => every },
  );
};

test('a proposal, its approval and its rejection are each answered after one round', () =>
  counted(
    async (desk, rounds) => {
      const { id, finding } = await desk.short('A-1', '300.00');
      const wanted = { finding, kind: 'write_off', cause: 'goodwill' };
      const { json } = await desk.post(desk.operator, `/v1/cases/${id}/proposals`, wanted);
      expect([json.state, rounds()]).toEqual(['awaiting_approval', 1]);
      const approver = desk.given.browserOf('Wanjiru', { role: 'approver', merchant: '*' });
      const { content } = json;
      const done = await desk.post(approver, `/v1/proposals/${json.id}/approval`, { content });
      expect([done.json.state, rounds()]).toEqual(['effective', 2]);
      const revoked = await desk.post(approver, `/v1/proposals/${json.id}/rejection`, { content, text: 'not so' });
      expect([revoked.json.state, rounds()]).toEqual(['rejected', 3]);
    },
    ['A-1'],
  ));

test('a note and an assignment wait for the disk alone', () =>
  counted(
    async (desk, rounds) => {
      const [{ id }, other] = [await desk.short('A-1', '300.00'), await desk.short('A-2', '300.00')];
      expect((await desk.post(desk.operator, `/v1/cases/${id}/notes`, { text: 'asked' })).status).toBe(200);
      await desk.given.ledger.loop.catchUp('at once');
      const owner = { owner: 'p-1' };
      expect((await desk.post(desk.operator, `/v1/cases/${other.id}/assignment`, owner)).status).toBe(200);
      expect(rounds()).toBe(1);
    },
    ['A-1', 'A-2'],
  ));

/** Notes under one key of a client, in a ledger that reads nothing unless a test says so. */
function noting() {
  const append = vi.fn(async () => {});
  const catchUp = vi.fn((): Promise<void> => new Promise(() => {}));
  const ledger = {
    reader: { findKey: async () => undefined },
    writer: { append },
    loop: { rules: { decision_keys: [SERVICE.signer] }, catchUp },
  };
  const parts = { ledger, decisionKey: SERVICE, clock: { now: () => NOON } };
  const intent = { merchant: 'shop-1', key: 'k-1', fingerprint: '' };
  const note = (text: string, about = 'A-1', key = 'k-1') => {
    const call = { parts, caller: CALLER, intent: { ...intent, key }, names: [] } as unknown as Call;
    const place = { about, case: { stage: 'payment', reason: 'AMOUNT_UNDER', subject: '' }, merchant: 'shop-1' };
    return appendDecision(call, place as DecisionPlace, { type: 'NoteAdded', text, attachments: [] });
  };
  return { append, catchUp, note };
}

test('what was decided and not read yet is not decided again', async () => {
  const { append, note } = noting();
  expect(await note('ab')).toBe(await note('ab'));
  expect(append).toHaveBeenCalledTimes(1);
  await expect(note('cd')).rejects.toMatchObject({ code: 'HESABU_IDEMPOTENCY_REUSED' });
});

test('the same words under the same key about another order are another decision', async () => {
  const { append, note } = noting();
  const both = [await note('ab', 'A-1'), await note('ab', 'A-2')];
  expect(both.map(({ body }) => body.about)).toEqual(['A-1', 'A-2']);
  expect(append).toHaveBeenCalledTimes(2);
});

test('who decides the same meanwhile is answered when it is on the disk, or is not', async () => {
  const { append, note } = noting();
  const disk = Promise.withResolvers<void>();
  append.mockReturnValueOnce(disk.promise);
  const answered = vi.fn();
  const both = [note('ab'), note('ab')].map((one) => one.finally(answered));
  const settled = Promise.allSettled(both);
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).not.toHaveBeenCalled();
  disk.reject(new Error('full'));
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(append).toHaveBeenCalledTimes(1);
  await note('ab');
  expect(append).toHaveBeenCalledTimes(2);
});

test('what a round that failed did not read is forgotten with the next that reads', async () => {
  const { append, catchUp, note } = noting();
  catchUp.mockRejectedValueOnce(new Error('away')).mockResolvedValueOnce();
  await note('ab');
  await note('ab', 'A-1', 'k-2');
  await new Promise((resolve) => setImmediate(resolve));
  // The ledger here has read nothing: what is not remembered is written again.
  await note('ab');
  expect(append).toHaveBeenCalledTimes(3);
});
