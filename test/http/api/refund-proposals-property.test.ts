// Whatever people propose, decide, repeat and lose, whatever evidence comes, whatever is sent back otherwise, however
// often the service starts anew: one finding is refunded once at most, no proposal sends more than the others left of
// the difference, and what was rejected is not sent.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownProposalId } from '../../../src/domain/case-id.ts';
import { isDecision } from '../../../src/domain/fact.ts';
import { GatewayRefused } from '../../../src/domain/gateway-errors.ts';
import { paid } from '../../service/ledger/given-live-ledger.ts';
import type { Answered } from './given-api.ts';
import { limited, type RefundDesk, returned, startAnew, withRefunds } from './given-refunds.ts';

const PEOPLE = ['zuri', 'wanjiru', 'otieno'] as const;
const SECOND_FROM = 10_000n;

/** Of four of the excess; often all of it. */
const part = fc.constantFrom(1, 1, 2, 3, 4, 4);
const person = fc.constantFrom(...PEOPLE);
const step = fc.oneof(
  {
    arbitrary: fc.record({ do: fc.constant('propose' as const), by: person, part }),
    weight: 5,
  },
  { arbitrary: fc.record({ do: fc.constant('approve' as const), by: person, which: fc.nat({ max: 2 }) }), weight: 5 },
  { arbitrary: fc.record({ do: fc.constant('reject' as const), by: person, which: fc.nat({ max: 2 }) }), weight: 2 },
  {
    arbitrary: fc.record({ do: fc.constant('pay more' as const), minor: fc.integer({ min: 100, max: 20_000 }) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({ do: fc.constant('send otherwise' as const), minor: fc.integer({ min: 100, max: 4_000 }) }),
    weight: 3,
  },
  {
    arbitrary: fc.record({ do: fc.constant('return otherwise' as const), minor: fc.integer({ min: 100, max: 4_000 }) }),
    weight: 1,
  },
  { arbitrary: fc.constant({ do: 'arrive' as const }), weight: 1 },
  { arbitrary: fc.constant({ do: 'lose the next answer' as const }), weight: 1 },
  { arbitrary: fc.constant({ do: 'refuse the next call' as const }), weight: 1 },
  { arbitrary: fc.constant({ do: 'take nothing now' as const }), weight: 1 },
  { arbitrary: fc.constant({ do: 'start anew' as const }), weight: 2 },
  { arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 3 }) }), weight: 2 },
);
const propose = fc.record({ do: fc.constant('propose' as const), by: person, part });
const sendOtherwise = fc.record({
  do: fc.constant('send otherwise' as const),
  minor: fc.integer({ min: 100, max: 4_000 }),
});
const steps = fc
  .tuple(fc.option(sendOtherwise, { freq: 2 }), propose, fc.array(step, { minLength: 4, maxLength: 14 }))
  .map(([first, second, rest]): Step[] => [...(first === null ? [] : [first]), second, ...rest]);

const excess = fc.oneof(fc.integer({ min: 400, max: 9_900 }), fc.integer({ min: 400, max: 40_000 }));

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const decimal = (minor: bigint) => `${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`;
const minorOf = (amount: string) => BigInt(amount.replace('.', ''));

interface World {
  readonly desk: RefundDesk;
  readonly reference: string;
  readonly made: Answered[];
  excess: bigint;
  payments: number;
  /** Sent on the gateway's own page: after so many calls of the gateway, so much. */
  readonly outside: { readonly after: number; readonly minor: bigint }[];
}

/** So many in all of a run of the tests. */
let sentInAll = 0;

test('a finding is refunded once at most, within the difference, and never after a rejection', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(excess, steps, (over, list) =>
      // Each its own: sessions end while time passes.
      withRefunds(async (desk) => {
        await desk.over('R-1', decimal(BigInt(over)));
        const world: World = { desk, reference: 'R-1', made: [], excess: BigInt(over), payments: 0, outside: [] };
        // Two at a time: what comes at once must be safe as well.
        for (let at = 0; at < list.length; at += 2) {
          await Promise.all(list.slice(at, at + 2).map((one) => act(world, one)));
        }
        await settled(world);
        await check(world);
        sentInAll += desk.given.parts.tables.refundProposals.of('R-1').filter(({ state }) => state === 'sent').length;
      }),
    ),
    { numRuns: Number(process.env.HESABU_REFUND_RUNS ?? 20) },
  );
  expect(sentInAll).toBeGreaterThan(3);
});

async function act(world: World, one: Step): Promise<void> {
  const { desk, reference, made } = world;
  const { gateway, clock, parts } = desk.given;
  if (one.do === 'propose') {
    const at = await desk.caseOf(reference).catch(() => desk.caseOf(reference, 'DUPLICATE_PAYMENT'));
    const amount = decimal((world.excess * BigInt(one.part)) / 4n);
    const answer = await desk.propose(desk[one.by], at, { amount, currency: 'KES' });
    if (answer.status === 201) made.push(answer);
  } else if (one.do === 'approve' || one.do === 'reject') {
    const to = made.at(-1 - one.which);
    if (to !== undefined) await desk.answer(desk[one.by], to, one.do === 'approve' ? 'approval' : 'rejection');
  } else if (one.do === 'pay more') {
    const id = `${reference}-${world.payments++}`;
    const data = {
      amount: decimal(BigInt(one.minor)),
      transaction_id: `P-${id}`,
      completed_at: '2026-06-01T11:06:00Z',
    };
    world.excess += BigInt(one.minor);
    await desk.given.ledger.writer.append([paid(reference, { id: `ev-${id}`, data })]);
  } else if (one.do === 'send otherwise') {
    const json = { amount: decimal(BigInt(one.minor)), payment: `P-${reference}` };
    const key = desk.given.key('shop', 'shop-1');
    const url = `/v1/orders/${reference}/refunds`;
    await desk.given.ask({ method: 'POST', url, key, idempotencyKey: `o-${world.payments++}`, json });
  } else if (one.do === 'return otherwise') {
    // Counts from the next call on that is decided after it is known.
    const id = `out-${world.payments++}`;
    await desk.given.ledger.writer.append([returned(reference, id, decimal(BigInt(one.minor)))]);
    await desk.standing(reference);
    world.outside.push({ after: gateway.refunds.length, minor: BigInt(one.minor) });
  } else if (one.do === 'arrive') {
    const last = parts.tables.refunds.of(reference).findLast(({ transaction_id: id }) => id !== null);
    if (last !== undefined) {
      const { transaction_id: id, amount, payment } = last;
      await desk.given.ledger.writer.append([returned(reference, id!, amount, payment)]);
    }
  } else if (one.do === 'lose the next answer') gateway.isAnswerLost = true;
  else if (one.do === 'refuse the next call') gateway.failure = new GatewayRefused({ found: 'no' }, 422);
  else if (one.do === 'take nothing now') gateway.failure = limited();
  else if (one.do === 'wait') {
    clock.at += one.minutes * 60_000;
    parts.refundWork.wake();
  } else await startAnew(desk);
}

/** Until nothing is due any more, an hour later and again. */
async function settled({ desk: { given }, reference }: World): Promise<void> {
  const { parts, clock, gateway } = given;
  Object.assign(gateway, { failure: null, isAnswerLost: false });
  const rows = () => parts.tables.refundProposals.of(reference);
  for (let hour = 0; hour < 2; hour++) {
    clock.at += 3_700_000;
    parts.refundWork.wake();
    await expect
      .poll(() => rows().filter(({ state, next_at }) => !isEnd(state) && next_at <= clock.at), { timeout: 20_000 })
      .toEqual([]);
  }
}

const isEnd = (state: string) => ['sent', 'failed', 'stopped'].includes(state);

async function check({ desk: { given }, reference, excess, outside }: World): Promise<void> {
  const { gateway, parts, ledger } = given;
  const rows = parts.tables.refundProposals.of(reference);
  const calls = gateway.refunds.filter((call) => call.reference === reference);
  const sent = new Map(calls.map((call) => [call.idempotencyKey, call]));
  for (const call of calls) expect(sent.get(call.idempotencyKey)!.amount).toBe(call.amount);
  const own = new Set(rows.map(({ key }) => key));
  let sum = 0n;
  const counted = new Set<string>();
  for (const [place, { idempotencyKey: key, amount }] of gateway.refunds.entries()) {
    if (counted.has(key)) continue;
    counted.add(key);
    sum += minorOf(amount);
    const out = outside.filter(({ after }) => after < place).reduce((total, { minor }) => total + minor, 0n);
    // What is asked for otherwise may be for goods, and come after all else.
    if (own.has(key)) expect(sum + out, key).toBeLessThanOrEqual(excess);
  }
  const decisions = (await ledger.reader.findKey(reference))!.decisions.filter(isDecision);
  const proposals = new Map(
    decisions.flatMap(({ id, body }) =>
      body.type === 'ResolutionProposed' ? [[shownProposalId({ id, body }), { id, body }] as const] : [],
    ),
  );
  const about = [...sent.keys()]
    .filter((key) => own.has(key))
    .map((key) => proposals.get(rows.find((row) => row.key === key)!.id)!);
  // One finding, one refund.
  expect(new Set(about.map(({ body }) => body.finding)).size).toBe(about.length);
  for (const { id, body } of about) {
    const answers = decisions.flatMap(({ body: one }) => ('proposal' in one && one.proposal.id === id ? [one] : []));
    expect(answers.filter(({ type }) => type === 'ResolutionRejected')).toEqual([]);
    const others = answers.filter(({ type, by }) => type === 'ResolutionApproved' && by.person !== body.by.person);
    if (minorOf(body.amount!) >= SECOND_FROM) expect(others.length).toBeGreaterThan(0);
  }
}
