// A payment under a mistyped reference, linked by people to the order that it is for: it counts there, once, and back
// as it was when the link is revoked; whatever the order in which evidence and decisions come.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identityKey } from '../../src/domain/key.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, line, order } from '../matching/given.ts';
import { approved, linked, OTIENO, rejected, SERVICE, STRANGER, WANJIRU } from '../matching/given-decisions.ts';
import { type Coming, comings, type Keyed, run, shuffled } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
const RULES = compileRules(parseRules({ review: { threshold: { KES: '5000.00' } }, decision_keys: [SERVICE.signer] }));
const STRICT = compileRules(parseRules({ review: { threshold: { KES: '500.00' } }, decision_keys: [SERVICE.signer] }));
const P1 = identityKey('mfs-africa', 'P1');

/** The order INV-1, whose payer typed inv-1; settled under what he typed. */
const TYPED: readonly Keyed[] = [
  { key: 'INV-1', claim: order({ id: 'order:INV-1', status: 'paid' }) },
  { key: 'inv-1', claim: callback({ payment: 'P1' }) },
  { key: 'inv-1', claim: line({ payment: 'P1' }) },
];
/** The same where nobody gave a reference: the facts lie under the id. */
const NAMELESS: readonly Keyed[] = [
  { key: 'INV-1', claim: order({ id: 'order:INV-1', status: 'paid' }) },
  { key: P1, claim: callback({ payment: 'P1' }) },
  { key: P1, claim: line({ payment: 'P1' }) },
];
const link = linked(P1, 'INV-1', { about: P1, from: 'inv-1' });
const at = (claim: Keyed['claim']): Keyed => ({ key: P1, claim });

async function standing(facts: readonly Keyed[], rules = RULES) {
  const running = await run(facts, WHOLE, rules);
  const { money } = running.overview.all;
  const received = money.get('KES')?.received ?? 0n;
  return { received, keys: Object.fromEntries(running.standings.map(({ key, standing }) => [key, standing])) };
}

describe.each([
  ['under what the payer typed', TYPED, 'inv-1'],
  ['under its id alone', NAMELESS, P1],
])('a payment %s', (_, facts, key) => {
  test('stands by itself, and its order is unpaid', async () => {
    const { keys, received } = await standing(facts);
    expect([keys, received]).toEqual([{ 'INV-1': 'unmatched', [key]: 'unmatched' }, 100_000n]);
  });

  test('counts at the order that it is linked to, once, and stands nowhere else', async () => {
    const { keys, received } = await standing([...facts, at(link)]);
    expect([keys, received]).toEqual([{ 'INV-1': 'matched' }, 100_000n]);
  });

  test('is as it was before when the link is withdrawn, or an approver revokes it', async () => {
    for (const by of [link.body.by, WANJIRU]) {
      const revoked = [...facts, at(link), at(rejected(link, { about: P1, by }))];
      expect(await standing(revoked)).toEqual(await standing(facts));
    }
  });

  test('of at least the threshold waits for a second person', async () => {
    const waiting = [...facts, at(link)];
    expect(await standing(waiting, STRICT)).toEqual(await standing(facts, STRICT));
    const by = { ...link.body.by, roles: ['approver'] } as const;
    expect(await standing([...waiting, at(approved(link, { about: P1, by }))], STRICT)).toEqual(await standing(facts));
    expect((await standing([...waiting, at(approved(link, { about: P1 }))], STRICT)).keys).toEqual({
      'INV-1': 'matched',
    });
  });

  test('is not moved by what a stranger signed, by one without a role, or about another id', async () => {
    const untouched = await standing(facts);
    const forged = linked(P1, 'INV-1', { about: P1, signedBy: STRANGER });
    const noRole = linked(P1, 'INV-1', { about: P1, by: { ...OTIENO, roles: [] } });
    const other = linked(identityKey('mfs-africa', 'P2'), 'INV-1');
    for (const claim of [forged, noRole, other]) expect(await standing([...facts, at(claim)])).toEqual(untouched);
  });

  test('has the same outcome in any order, repetition, pieces and partitions', () =>
    fc.assert(
      fc.asyncProperty(comings, fc.boolean(), fc.integer(), async (coming, isRevoked, seed) => {
        const all = [...facts, at(link), ...(isRevoked ? [at(rejected(link, { about: P1 }))] : [])];
        const [again] = fc.sample(shuffled(all), { numRuns: 1, seed });
        const [once, other] = [await run(all, WHOLE, RULES), await run(again!, coming, RULES)];
        expect(other.standings).toEqual(once.standings);
        expect(other.root).toBe(once.root);
      }),
      { numRuns: Number(process.env.HESABU_TEST_WORLDS ?? 6) },
    ));
});
