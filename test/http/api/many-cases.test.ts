// Very many open cases: pages and filters while others come and go give each once, and their counts agree.
import { expect, test } from 'vitest';
import { order, paid } from '../../service/ledger/given-live-ledger.ts';
import { type Desk, withDesk } from './given-cases.ts';

/** `HESABU_TEST_CASES` sets another number. */
const CASES = Number(process.env.HESABU_TEST_CASES ?? 400);
const PAGE = Math.max(20, Math.ceil(CASES / 20));
/** Of the processors, for what a person sees at once. */
const PAGE_MILLIS_MAX = 300;

const referenceOf = (at: number) => `C-${String(at).padStart(6, '0')}`;
/** Paid too little, in both currencies by turns. */
const shortOf = (reference: string, by: number, shop = 'shop-1') => [
  order(reference, { merchant: shop }),
  paid(reference, { data: { amount: (1000 - by).toFixed(2) } }),
];

test(
  `${CASES} open cases are paged and filtered while others come, each once (L09)`,
  {
    timeout: 120_000 + CASES * 20,
  },
  () =>
    withDesk(async (desk: Desk) => {
      const { ledger } = desk.given;
      const key = desk.given.key('auditor', '*');
      const ask = async (query: string) => {
        const { status, json } = await desk.given.ask({ url: `/v1/cases?${query}`, key });
        expect(status).toBe(200);
        return json;
      };
      const facts = Array.from({ length: CASES }, (_, at) =>
        shortOf(referenceOf(at), 1 + (at % 90), at % 4 === 0 ? 'shop-2' : 'shop-1'),
      );
      await ledger.writer.append(facts.flat());
      await ledger.loop.catchUp();
      const seen: string[] = [];
      let [after, page] = ['', 0];
      do {
        const { cases, next } = await ask(`sort=reference&limit=${PAGE}${after === '' ? '' : `&after=${after}`}`);
        seen.push(...cases.map((one: { key: string }) => one.key));
        // One more behind, and one more before what was read: the first is met, the second not.
        await ledger.writer.append([...shortOf(`D-${page}`, 5), ...shortOf(`B-${page}`, 5)]);
        await ledger.loop.catchUp();
        page++;
        after = next === null ? '' : encodeURIComponent(next);
      } while (after !== '');
      expect(new Set(seen).size).toBe(seen.length);
      const first = Array.from({ length: CASES }, (_, at) => referenceOf(at));
      expect(seen.filter((reference) => reference.startsWith('C-'))).toEqual(first);
      expect(seen.filter((reference) => reference.startsWith('B-'))).toEqual([]);
      const all = await ask('limit=1');
      expect(all.total).toBe(CASES + 2 * page);
      for (const query of [
        'merchant=shop-2',
        'merchant=shop-1',
        'value_from=50&value_to=60&currency=KES',
        'reason=AMOUNT_UNDER',
      ]) {
        const { total, value } = await ask(`${query}&limit=1`);
        const met: { value: { amount: string }[] }[] = [];
        for (let place = ''; ; ) {
          const { cases, next } = await ask(`${query}&limit=1000${place}`);
          met.push(...cases);
          if (next === null) break;
          place = `&after=${encodeURIComponent(next)}`;
        }
        const cents = met.reduce((sum, one) => sum + BigInt(one.value[0]!.amount.replace('.', '')), 0n);
        expect([query, met.length]).toEqual([query, total]);
        expect(value).toEqual([
          {
            currency: 'KES',
            over: '0.00',
            under: `${cents / 100n}.${`${cents % 100n}`.padStart(2, '0')}`,
            other: '0.00',
          },
        ]);
      }
      const spent: number[] = [];
      for (let again = 0; again < 5; again++) {
        for (const query of ['', '&merchant=shop-2', '&sort=reference', '&value_from=50&currency=KES']) {
          const from = process.cpuUsage();
          await ask(`limit=50${query}`);
          const { user, system } = process.cpuUsage(from);
          spent.push((user + system) / 1000);
        }
      }
      expect(spent.sort((left, right) => left - right)[18]).toBeLessThan(PAGE_MILLIS_MAX);
    }),
);
