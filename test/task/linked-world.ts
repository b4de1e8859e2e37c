// Worlds in which much is paid under wrong references, and what people say of it: links of all kinds, right or wrong.

import fc from 'fast-check';
import { identityKey } from '../../src/domain/key.ts';
import { compileRules, parseRules } from '../../src/matching/rules.ts';
import { callback, line, order, refund, t } from '../matching/given.ts';
import { approved, linked, proposed, rejected, SERVICE, STRANGER, ZHANG } from '../matching/given-decisions.ts';
import { type Coming, type Keyed, type Running, run, worlds } from './world.ts';

const WHOLE: Coming = { partitions: 3, pieces: 1, batch: 100 };
/** From 500 KES on a second person decides. */
export const STRICT = compileRules(
  parseRules({ review: { threshold: { KES: '500.00' } }, decision_keys: [SERVICE.signer] }),
);

export const at = (key: string, claim: Keyed['claim']): Keyed => ({ key, claim });
export const ordered = (key: string, given: Parameters<typeof order>[0] = {}) =>
  at(key, order({ id: `order:${key}`, ...given }));

const PLACES = ['A-1', 'A-2', 'b', 'zz'];

/** Payments of several ids, whose facts lie under one reference or two, or under an id, rightly and wrongly. */
const payments = fc
  .record({
    place: fc.constantFrom(...PLACES, ...PLACES, null),
    linePlace: fc.constantFrom('same', 'same', ...PLACES, 'request', 'none'),
    amount: fc.constantFrom('1000.00', '1000.00', '600.00', '1400.00'),
    request: fc.boolean(),
    more: fc.constantFrom(null, null, null, 'refund', 'poll', 'elsewhere'),
    hour: fc.integer({ min: 8, max: 9 }),
  })
  .map(({ place, linePlace, amount, request, more, hour }) => (payment: string): Keyed[] => {
    const request_id = request ? `R-${payment}` : null;
    const key = place ?? identityKey('mfs-africa', payment);
    const time = t(`2 ${hour}:30`.replace(' 8', ' 08').replace(' 9', ' 09'));
    const ids = { payment, request_id, amount, at: time };
    const lineAt =
      linePlace === 'same' ? key : linePlace === 'request' ? identityKey('mfs-africa', `R-${payment}`) : linePlace;
    const lineIds = linePlace === 'request' && request ? { payment: null, request_id } : { payment };
    const byLine = linePlace === 'request' && !request ? identityKey('mfs-africa', payment) : lineAt;
    return [
      at(key, callback(ids)),
      ...(linePlace === 'none' ? [] : [at(byLine, line({ ...lineIds, id: `line-${payment}`, gross: amount }))]),
      ...(more === 'refund' ? [at(key, refund({ payment: `B-${payment}`, original: payment, amount }))] : []),
      ...(more === 'poll' ? [at(key, callback({ ...ids, via: 'poll', amount: '1200.00' }))] : []),
      ...(more === 'elsewhere' ? [at('A-1', callback({ ...ids, id: `again-${payment}` }))] : []),
    ];
  });

export const shops: fc.Arbitrary<Keyed[]> = fc
  .record({
    orders: fc.subarray(PLACES),
    amounts: fc.array(fc.constantFrom('1000.00', '1000.00', '600.00', '400.00'), { minLength: 4, maxLength: 4 }),
    paid: fc.array(payments, { minLength: 1, maxLength: 5 }),
    chaos: fc.oneof({ arbitrary: fc.constant<Keyed[]>([]), weight: 3 }, { arbitrary: worlds, weight: 1 }),
  })
  .map(({ orders, amounts, paid, chaos }) => [
    ...orders.map((key, place) => ordered(key, { amount: amounts[place]!, status: 'paid' })),
    ...paid.flatMap((of, place) => of(`T${place}`)),
    ...chaos,
  ]);

/** What people say of a break: to which keys they link it, and what becomes of that. */
interface Choice {
  readonly to: readonly string[];
  readonly of: string;
  readonly answers: readonly ('approved' | 'rejected' | 'withdrawn' | 'written off')[];
  readonly forged: boolean;
}

export const choices: fc.Arbitrary<readonly Choice[]> = fc.array(
  fc.record({
    to: fc.uniqueArray(fc.constantFrom('A-1', 'A-2', 'b', 'Ü-中', 'zz', 'new'), { minLength: 1, maxLength: 3 }),
    of: fc.constantFrom('shop-1', 'shop-1', 'shop-2', ''),
    answers: fc.array(fc.constantFrom('approved', 'approved', 'approved', 'rejected', 'withdrawn', 'written off'), {
      maxLength: 3,
    }),
    forged: fc.constantFrom(false, false, false, false, false, true),
  }),
  { minLength: 16, maxLength: 16 },
);

const LINKABLE = new Set(['ORDER_MISSING', 'AMOUNT_OVER', 'DUPLICATE_PAYMENT']);

/** Links of all that a world has too much of, twice each, with other decisions about the same. */
export async function decidedOn(world: readonly Keyed[], chosen: readonly Choice[]): Promise<Keyed[]> {
  const { findings } = (await run(world, WHOLE, STRICT)).overview;
  const about = findings.filter(({ finding }) => LINKABLE.has(finding.reason) && finding.difference !== null);
  return chosen.flatMap((choice, place): Keyed[] => {
    const open = about[place % Math.max(1, about.length)];
    return open === undefined ? [] : decisionsOn(open, choice, place);
  });
}

function decisionsOn(
  { key, merchant, finding }: Running['overview']['findings'][number],
  choice: Choice,
  place: number,
): Keyed[] {
  const given = { about: key, merchant, key: `k${place}`, at: t('20 08:00') + place };
  const [first, ...others] = choice.to as [string, ...string[]];
  const rest = BigInt(finding.difference!.replace('.', '')) - BigInt(others.length);
  const one = finding.currency === 'UGX' ? '1' : '0.01';
  const text = finding.currency === 'UGX' ? `${rest}` : `${rest / 100n}.${`${rest % 100n}`.padStart(2, '0')}`;
  const to = { [first]: text, ...Object.fromEntries(others.map((other) => [other, one])) };
  const signedBy = choice.forged ? STRANGER : SERVICE;
  const link = linked(finding, to, { ...given, of: choice.of, signedBy });
  const answers = choice.answers.map((answer, at): Keyed['claim'] => {
    const more = { about: key, merchant, key: `${place}/${at}`, at: t('20 09:00') + place };
    if (answer === 'approved') return approved(link, more);
    if (answer === 'rejected') return rejected(link, more);
    if (answer === 'withdrawn') return rejected(link, { ...more, by: ZHANG });
    return proposed(finding, { ...more, at: t('20 07:00') + place });
  });
  return [link, ...answers].map((claim) => ({ key, claim }));
}
