// The poller with a running ledger: a poll replaces a lost callback, and then polling ends.
import { expect, test } from 'vitest';
import { standingOf } from '../../../src/domain/assessment.ts';
import { assess } from '../../../src/matching/assess.ts';
import { compileRules } from '../../../src/matching/rules.ts';
import { isAwaited } from '../../../src/projections/pending-payments.ts';
import { openServiceDatabase } from '../../../src/runtime/service-database.ts';
import { factOf, order, paid, withLiveLedger } from '../../service/ledger/given-live-ledger.ts';
import { HOUR, MINUTE, NOTHING, World } from './world.ts';

test('a payment whose callback was lost is found by its poll, and not polled again', async () => {
  await withLiveLedger(async ({ dir, ledger }) => {
    const world = new World();
    const { clock } = world;
    const rules = compileRules(ledger.loop.rules);
    const claimsOf = async (reference: string) => {
      await ledger.loop.catchUp();
      return (await ledger.reader.findKey(reference))?.claims ?? [];
    };
    const database = openServiceDatabase(dir);
    const placed_at = new Date(clock.now()).toISOString();
    await ledger.writer.append([order('SHOP-1', { placed_at }), order('SHOP-2', { placed_at }), paid('SHOP-2')]);
    world.answer = ({ reference, at }) => {
      const status = world.asked.length < 3 ? 'pending' : 'success';
      const updated_at = new Date(at).toISOString();
      const row = { transaction_reference: reference, transaction_id: 'P-1', status, updated_at };
      return { ...NOTHING, facts: [factOf('polls', { ...row, amount: '1000.00', currency: 'KES' })] };
    };
    const poller = world.poller({
      database,
      log: ledger.reconciler.log,
      sink: { append: (facts) => clock.during(ledger.writer.append(facts)) },
      isAwaited: async (reference, askedAt) => {
        return isAwaited(await clock.during(claimsOf(reference)), rules, clock.now(), askedAt);
      },
    });
    await clock.advance(24 * HOUR);
    await poller.stop();
    expect(world.asked.map(({ reference }) => reference)).toEqual(['SHOP-1', 'SHOP-1', 'SHOP-1']);
    expect(world.minutesOf('SHOP-1').every((minute) => minute < 60)).toBe(true);
    const found = assess({ claims: await claimsOf('SHOP-1') }, rules, clock.now() - 24 * HOUR + 20 * MINUTE);
    expect([found.payment, standingOf(found)]).toEqual(['matched', 'pending']);
    database.close();
  });
}, 20_000);

test("of merchants' parts the whole is polled, which has no order of its own", async () => {
  await withLiveLedger(async ({ dir, ledger }) => {
    const world = new World();
    const { clock } = world;
    const rules = compileRules(ledger.loop.rules);
    const claimsOf = async (reference: string) => {
      await ledger.loop.catchUp();
      return (await ledger.reader.findKey(reference))?.claims ?? [];
    };
    const database = openServiceDatabase(dir);
    const part = { placed_at: new Date(clock.now()).toISOString(), amount: '500.00', parent: 'W-1' };
    await ledger.writer.append([order('W-1-a', part), order('W-1-b', part)]);
    world.answer = ({ reference, at }) => {
      const updated_at = new Date(at).toISOString();
      const row = { transaction_reference: reference, transaction_id: 'P-1', status: 'success', updated_at };
      return { ...NOTHING, facts: [factOf('polls', { ...row, amount: '1000.00', currency: 'KES' })] };
    };
    const poller = world.poller({
      database,
      log: ledger.reconciler.log,
      sink: { append: (facts) => clock.during(ledger.writer.append(facts)) },
      isAwaited: async (reference, askedAt) => {
        return isAwaited(await clock.during(claimsOf(reference)), rules, clock.now(), askedAt);
      },
    });
    await clock.advance(24 * HOUR);
    await poller.stop();
    expect(world.asked.map(({ reference }) => reference)).toEqual(['W-1']);
    const found = assess({ claims: await claimsOf('W-1-a') }, rules, clock.now() - 24 * HOUR + 20 * MINUTE);
    expect(found.payment).toBe('matched');
    database.close();
  });
}, 20_000);
