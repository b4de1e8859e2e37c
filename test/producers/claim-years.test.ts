// Years that nobody means: a time of a claim is from 2000 to 2099, however it comes in.
import { describe, expect, test } from 'vitest';
import { dateIn, instantIn } from '../../src/producers/bodies/field-values.ts';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { timeReader } from '../../src/producers/files/time-forms.ts';
import type { FileKind } from '../../src/producers/formats/format.ts';
import { fieldsOf } from './bodies/given-body.ts';
import { readBoth } from './both-readings.ts';
import { read, SETTLEMENT_HEADER } from './import-helpers.ts';

/** A row for each way in which a kind has a time. */
const ORDERS = 'merchant,transaction_reference,amount,currency,placed_at,expires_at';
const CALLBACKS = 'event_id,event,transaction_reference,transaction_id,amount,currency,created_at';
const ROWS = [
  ['orders', 'placed_at', ORDERS, (at: string) => `duka,R1,5,KES,${at},`],
  ['orders', 'expires_at', ORDERS, (at: string) => `duka,R1,5,KES,2026-06-01T09:00:00Z,${at}`],
  ['callbacks', 'created_at', CALLBACKS, (at: string, id: number) => `E${id},payment.success,R1,T1,5,KES,${at}`],
] as const satisfies readonly (readonly [FileKind, string, string, (at: string, id: number) => string])[];
const settled = (date: string) => `${SETTLEMENT_HEADER}\nR1,T1,payment,5,KES,,${date}\n`;

const TAKEN = [
  '2000-01-01T00:00:00Z',
  '2026-06-01T09:00:00+03:00',
  '2099-12-31T23:59:59Z',
  '2099-12-31T20:00:00-03:59',
];
const FAR = [
  ...['0001-01-01T00:00:00Z', '1899-12-30T00:00:00Z', '1970-01-01T00:00:00Z', '1999-12-31T23:59:59Z'],
  ...['2000-01-01T00:00:00+00:01', '2100-01-01T00:00:00Z', '2099-12-31T23:59:59-00:01', '9999-12-31T23:59:59Z'],
];
const NONE = ['0000-01-01T00:00:00Z', '2026-06-31T09:00:00Z', '2026-06-01T09:00:00', '2026-06-01T24:00:00Z'];

describe('a time', () => {
  test.each(ROWS)(
    'of %s in %s outside 2000 to 2099 is refused with its field, as bytes and as text (B14)',
    async (...[kind, field, header, rowOf]) => {
      const file = (times: readonly string[]) => [header, ...times.map(rowOf), ''].join('\n');
      const good = await readBoth(kind, file(TAKEN));
      expect([good.plain, good.taken]).toEqual([good.texts, TAKEN.length]);
      expect(good.plain.rejects).toEqual([]);
      const bad = await readBoth(kind, file([...FAR, ...NONE]));
      expect([bad.plain, bad.taken]).toEqual([bad.texts, 0]);
      expect(bad.plain.values).toEqual([]);
      expect(bad.plain.rejects.map((reject) => `${reject.line} ${reject.field} ${reject.code}`)).toEqual(
        [...FAR, ...NONE].map((_, at) => `${at + 2} ${field} HESABU_TIME_INVALID`),
      );
      const [message] = bad.plain.rejects.map((reject) => reject.message);
      expect(message).toContain('expected a time from the year 2000 to 2099, found "0001-01-01T00:00:00Z"');
    },
  );

  test.each([
    ['dates: ["dd/MM/yyyy HH:mm"], zone: UTC', '30/12/1899 00:00'],
    ['dates: ["dd/MM/yyyy HH:mm"], zone: Africa/Nairobi', '01/01/2000 02:59'],
    ['dates: ["MMM d, yyyy h:mm a"], zone: UTC', 'Jun 30, 2126 11:50 PM'],
    ['dates: [X]', '0000000000'],
    ['zone: Africa/Nairobi', '2206-06-01 09:00:00'],
  ])('as a mapping has it, %s, is refused alike (B14)', async (part, at) => {
    const mapping = parseMappings(`orders: { ${part} }`, 'm.yaml').orders;
    const { plain, texts } = await readBoth('orders', `${ORDERS}\nduka,R1,5,KES,"${at}",\n`, { mapping });
    expect(plain).toEqual(texts);
    expect(plain.rejects[0]?.field).toBe('placed_at');
    expect(plain.rejects[0]?.message).toContain(`expected a time from the year 2000 to 2099, found "${at}". Write it`);
  });

  test.each(FAR)('of a body is refused alike: %s (B14)', (at) => {
    const fields = fieldsOf(JSON.stringify({ at }));
    expect(instantIn(fields, 'at')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'at', code: 'HESABU_TIME_INVALID' });
    expect(fields.fault?.expected).toBe('a time from the year 2000 to 2099');
    const zoned = fieldsOf(JSON.stringify({ at: at.slice(0, 19) }));
    if (!at.startsWith('20')) expect(instantIn(zoned, 'at', timeReader([], 'UTC'))).toBeNull();
  });

  test('of a body of another report than its lines is refused too', async () => {
    const report = { settlement_date: '2026-06-01', issued_at: '0001-01-01T00:00:00Z', lines: [] };
    await expect(read('settlements', JSON.stringify(report))).rejects.toThrow('issued_at');
  });
});

describe('a date', () => {
  test.each([
    '0001-01-01',
    '1899-12-30',
    '1970-01-01',
    '1999-12-31',
    '2100-01-01',
    '9999-12-31',
    '2026-06-31',
    '2026-6-1',
  ])('of a settlement is refused with its field, as bytes, as text and in a body: %s (B14)', async (date) => {
    const { plain, texts, taken } = await readBoth('settlements', settled(date));
    expect([plain, taken]).toEqual([texts, 0]);
    expect(plain.rejects.map(({ field, code }) => [field, code])).toEqual([['settlement_date', 'HESABU_DATE_INVALID']]);
    const fields = fieldsOf(JSON.stringify({ date }));
    expect(dateIn(fields, 'date')).toBeNull();
    expect(fields.fault).toMatchObject({ field: 'date', code: 'HESABU_DATE_INVALID' });
    const mapping = parseMappings('settlements: { dates: ["dd/MM/yyyy"] }', 'm.yaml').settlements;
    const written = await readBoth('settlements', settled(date.split('-').reverse().join('/')), { mapping });
    expect(written.plain).toEqual(written.texts);
    expect(written.plain.rejects).toHaveLength(1);
  });

  test.each(['2000-01-01', '2099-12-31'])('of a settlement is taken: %s', async (date) => {
    const { plain, texts, taken } = await readBoth('settlements', settled(date));
    expect([plain, plain.rejects, taken]).toEqual([texts, [], 1]);
  });
});
