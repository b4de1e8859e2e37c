// Money that people linked to other orders: it stays where it came in, counts where they said, once, and is as before
// when they take it back, or when other evidence comes.

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/domain/assessment.ts';
import { identityKey } from '../../src/domain/key.ts';
import { assessEvidence } from '../../src/matching/assess-key.ts';
import { proposalsOf } from '../../src/matching/decisions.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { readRecord, readRecordAssessment } from '../../src/task/key-record.ts';
import { callback, line, refund, t } from '../matching/given.ts';
import {
  approved,
  linked,
  OTIENO,
  type Proposed,
  proposed,
  rejected,
  SERVICE,
  STRANGER,
  ZHANG,
} from '../matching/given-decisions.ts';
import { at, ordered, STRICT } from './linked-world.ts';
import { type Coming, END, type Keyed, type Running, run } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const RULES = compileRules(parseRules({ review: { threshold: { KES: '5000.00' } }, decision_keys: [SERVICE.signer] }));
const P1 = identityKey('mfs-africa', 'P1');

/** What evidence gives of a key for this reason. */
async function findingOf(facts: readonly Keyed[], key: string, reason: string, rules = RULES): Promise<Finding> {
  const { findings } = (await run(facts, WHOLE, rules)).overview;
  const found = findings.find((one) => one.key === key && one.finding.reason === reason);
  if (found === undefined) throw new Error(`${key} has ${findings.map((one) => `${one.key} ${one.finding.reason}`)}`);
  return found.finding;
}

function assessed(running: Running) {
  const found = running.group.tasks.flatMap(({ table }) =>
    Array.from({ length: table.count }, (_, slot) => {
      const { bytes, from, to } = table.recordOf(slot);
      const record = readRecord(bytes, from, to);
      const isEmpty = record.assessment.from === record.assessment.to;
      return isEmpty ? [] : [{ key: table.keys.keyOf(slot), ...readRecordAssessment(bytes, record) }];
    }).flat(),
  );
  return found.sort((left, right) => (left.key < right.key ? -1 : 1));
}

/** Each key with its standings, and what is open or decided of it. */
async function told(facts: readonly Keyed[], rules = RULES) {
  const running = await run(facts, WHOLE, rules);
  const keys = assessed(running).filter(({ payout }) => payout === null);
  return {
    received: running.overview.all.money.get('KES')?.received ?? 0n,
    ...Object.fromEntries(
      keys.map(({ key, payment, settlement, findings }) => [
        key,
        [
          payment,
          settlement,
          ...findings.flatMap(({ reason, kind }) => (kind === 'closed' || reason === null ? [] : [reason])),
        ],
      ]),
    ),
  };
}

/** The order INV-1, whose payer typed inv-1; settled under what he typed. */
const TYPED: readonly Keyed[] = [
  ordered('INV-1', { status: 'paid' }),
  at('inv-1', callback({ payment: 'P1' })),
  at('inv-1', line({ payment: 'P1' })),
];
/** The same where nobody gave a reference: the facts lie under the id. */
const NAMELESS: readonly Keyed[] = [
  ordered('INV-1', { status: 'paid' }),
  at(P1, callback({ payment: 'P1' })),
  at(P1, line({ payment: 'P1' })),
];

describe.each([
  ['under what the payer typed', TYPED, 'inv-1'],
  ['under its id alone', NAMELESS, P1],
])('a payment %s', (_, facts, key) => {
  const nobodys = { about: key, merchant: '' };
  const link = async () => linked(await findingOf(facts, key, 'ORDER_MISSING'), 'INV-1', nobodys);

  test('stands by itself, and its order is unpaid', async () => {
    expect(await told(facts)).toEqual({
      received: 100_000n,
      [key]: ['unmatched', 'matched', 'ORDER_MISSING'],
      'INV-1': ['unmatched', 'closed', 'PAYMENT_MISSING'],
    });
  });

  test('counts for the order that it is linked to, and both keys say so', async () => {
    expect(await told([...facts, at(key, await link())])).toEqual({
      received: 100_000n,
      [key]: ['resolved', 'matched', 'LINKED'],
      'INV-1': ['resolved', 'closed', 'LINKED_IN'],
    });
  });

  test('is as it was before when the link is withdrawn, or an approver revokes it', async () => {
    const proposal = await link();
    for (const by of [ZHANG, undefined]) {
      const revoked = rejected(proposal, { ...nobodys, ...(by === undefined ? {} : { by }) });
      expect(await told([...facts, at(key, proposal), at(key, revoked)])).toEqual(await told(facts));
    }
  });

  test('from the threshold on waits for a second person', async () => {
    const proposal = await link();
    const waiting = [...facts, at(key, proposal)];
    expect(await told(waiting, STRICT)).toEqual(await told(facts));
    const own = approved(proposal, { ...nobodys, by: { ...ZHANG, roles: ['approver'] } });
    expect(await told([...waiting, at(key, own)], STRICT)).toEqual(await told(facts));
    const other = at(key, approved(proposal, nobodys));
    expect(await told([...waiting, other], STRICT)).toEqual(await told(waiting));
  });

  test('is not linked by what a stranger signed, by one without a role, or about another key', async () => {
    const finding = await findingOf(facts, key, 'ORDER_MISSING');
    for (const proposal of [
      linked(finding, 'INV-1', { ...nobodys, signedBy: STRANGER }),
      linked(finding, 'INV-1', { ...nobodys, by: { ...OTIENO, roles: [] } }),
      linked(finding, 'INV-1', { ...nobodys, about: 'INV-1' }),
      linked(finding, 'INV-1', { ...nobodys, amount: '999.00' }),
      linked(finding, { 'INV-1': '600.00', 'INV-2': '300.00' }, nobodys),
      linked(finding, { 'INV-1': '1500.00', 'INV-2': '-500.00' }, nobodys),
      linked(finding, key, nobodys),
    ]) {
      expect(await told([...facts, at(key, proposal)])).toEqual(await told(facts));
    }
  });
});

describe('a link', () => {
  const typed = { about: 'inv-1', merchant: '' };
  const toOrder = async () => at('inv-1', linked(await findingOf(TYPED, 'inv-1', 'ORDER_MISSING'), 'INV-1', typed));

  test('of an excess pays a second order (case 18)', async () => {
    const facts = [
      ordered('ML-A', { status: 'paid' }),
      ordered('ML-B', { amount: '500.00', status: 'paid' }),
      at('ML-A', callback({ amount: '1500.00' })),
      at('ML-A', line({ gross: '1500.00' })),
    ];
    const over = await findingOf(facts, 'ML-A', 'AMOUNT_OVER');
    expect(await told([...facts, at('ML-A', linked(over, 'ML-B', { about: 'ML-A' }))])).toEqual({
      received: 150_000n,
      'ML-A': ['resolved', 'matched', 'LINKED'],
      'ML-B': ['resolved', 'closed', 'LINKED_IN'],
    });
  });

  test('parts money over several orders, and several links pay one', async () => {
    const facts = [
      ...['O-1', 'O-2'].map((key) => ordered(key, { amount: '600.00', status: 'paid' })),
      at('x', callback({ payment: 'P1', amount: '700.00' })),
      at('y', callback({ payment: 'P2', amount: '500.00' })),
    ];
    const [first, second] = [
      await findingOf(facts, 'x', 'ORDER_MISSING'),
      await findingOf(facts, 'y', 'ORDER_MISSING'),
    ];
    const parted = at('x', linked(first, { 'O-1': '600.00', 'O-2': '100.00' }, { about: 'x', merchant: '' }));
    expect(await told([...facts, parted])).toMatchObject({
      'O-1': ['resolved', 'closed', 'LINKED_IN'],
      'O-2': ['unmatched', 'closed', 'AMOUNT_UNDER', 'LINKED_IN'],
    });
    const rest = at('y', linked(second, 'O-2', { about: 'y', merchant: '' }));
    expect(await told([...facts, parted, rest])).toMatchObject({
      received: 120_000n,
      'O-2': ['resolved', 'closed', 'LINKED_IN', 'LINKED_IN'],
    });
  });

  test('ends when the record comes again with the right reference', async () => {
    const again = at('INV-1', callback({ payment: 'P1', id: 'again' }));
    expect(await told([...TYPED, await toOrder(), again])).toEqual(await told([...TYPED, again]));
  });

  test('ends when the money goes back, and the order is unpaid again', async () => {
    const back = at('inv-1', refund());
    expect(await told([...TYPED, await toOrder(), back])).toEqual(await told([...TYPED, back]));
  });

  test('ends when its amount is corrected', async () => {
    const more = at('inv-1', callback({ via: 'poll', payment: 'P1', amount: '1500.00', at: t('2 08:06') }));
    expect(await told([...TYPED, await toOrder(), more])).toEqual(await told([...TYPED, more]));
  });

  test('to an order that gets its own payment pays it twice, which is told', async () => {
    const own = at('INV-1', callback({ payment: 'P2', at: t('2 09:00') }));
    expect(await told([...TYPED, await toOrder(), own])).toMatchObject({
      received: 200_000n,
      'INV-1': ['unmatched', 'unmatched', 'DUPLICATE_PAYMENT', 'LINKED_IN', 'SETTLEMENT_MISSING'],
    });
  });

  test('to an order that is not there, or not of the shop that people saw, leaves the money in sight', async () => {
    const finding = await findingOf(TYPED, 'inv-1', 'ORDER_MISSING');
    for (const link of [linked(finding, 'INV-1', { ...typed, of: 'shop-2' }), linked(finding, 'INV-9', typed)]) {
      const { reference } = link.body.to![0]!;
      const found = await told([...TYPED, at('inv-1', link)]);
      expect(found).toMatchObject({ 'inv-1': ['resolved', 'matched', 'LINKED'] });
      expect(found[reference as 'received']).toContain('ORDER_MISSING');
    }
  });

  test('to an order that is cancelled later tells in time that its money is still there', async () => {
    const cancelled = ordered('INV-1', { status: 'cancelled', status_at: t('21 09:00') });
    expect(await told([...TYPED, await toOrder(), cancelled])).toMatchObject({
      'INV-1': ['unmatched', 'closed', 'CANCELLED_BUT_PAID', 'LINKED_IN'],
    });
  });

  test('that waits goes on waiting when money is linked to its own key', async () => {
    const facts = [
      ...['A', 'B', 'C'].map((key) => ordered(key)),
      at('A', callback({ payment: 'P1', amount: '1700.00' })),
      at('x', callback({ payment: 'P2', amount: '100.00' })),
    ];
    const waiting = at('A', linked(await findingOf(facts, 'A', 'AMOUNT_OVER'), 'B', { about: 'A' }));
    const toA = at('x', linked(await findingOf(facts, 'x', 'ORDER_MISSING'), 'A', { about: 'x', merchant: '' }));
    const { group } = await run([...facts, waiting, toA], WHOLE, STRICT);
    const states = group.tasks.flatMap(({ table }) => {
      const slot = table.keys.find('A');
      return slot === undefined ? [] : [group.tasks.find((task) => task.table === table)!.stateAt(slot)];
    });
    const [state] = states as [(typeof states)[number]];
    const views = proposalsOf('A', state.decisions!, STRICT, assessEvidence('A', state, STRICT, END));
    expect(views.map((view) => [view.state, view.finding?.difference])).toEqual([['awaiting_approval', '700.00']]);
  });

  test('said twice counts once: the first', async () => {
    const finding = await findingOf(TYPED, 'inv-1', 'ORDER_MISSING');
    const other = at('inv-1', linked(finding, 'INV-2', { ...typed, key: 'k2', at: t('20 08:01') }));
    expect(await told([...TYPED, ordered('INV-2'), await toOrder(), other])).toEqual(
      await told([...TYPED, ordered('INV-2'), await toOrder()]),
    );
  });

  test('and a write-off of the same money never both hold', async () => {
    const over = [ordered('A'), ordered('B', { amount: '500.00' }), at('A', callback({ amount: '1500.00' }))];
    const finding = await findingOf(over, 'A', 'AMOUNT_OVER');
    const link = at('A', linked(finding, 'B', { about: 'A', at: t('20 08:02') }));
    const off = at('A', proposed(finding, { about: 'A', at: t('20 08:01'), key: 'off' }));
    expect(await told([...over, off, link])).toMatchObject({
      A: ['resolved', 'unmatched', 'WRITTEN_OFF', 'SETTLEMENT_MISSING'],
    });
    const revoked = at('A', rejected(off.claim as Proposed, { about: 'A' }));
    expect(await told([...over, off, link, revoked])).toMatchObject({ B: ['resolved', 'closed', 'LINKED_IN'] });
  });

  test('of money at a key to which other money is linked, and back, ends', async () => {
    const facts = [
      ...['A', 'B'].map((key) => ordered(key)),
      at('A', callback({ payment: 'P1', amount: '1500.00' })),
      at('B', callback({ payment: 'P2', amount: '1500.00' })),
    ];
    const links = [
      at('A', linked(await findingOf(facts, 'A', 'AMOUNT_OVER'), 'B', { about: 'A' })),
      at('B', linked(await findingOf(facts, 'B', 'AMOUNT_OVER'), 'A', { about: 'B' })),
    ];
    expect(await told([...facts, ...links])).toMatchObject({
      A: ['unmatched', 'unmatched', 'DUPLICATE_PAYMENT', 'LINKED_IN', 'SETTLEMENT_MISSING', 'LINKED'],
      B: ['unmatched', 'unmatched', 'DUPLICATE_PAYMENT', 'LINKED_IN', 'SETTLEMENT_MISSING', 'LINKED'],
    });
  });
});
