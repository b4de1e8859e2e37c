// Rows that are written in a random dialect, and read by its mapping, are the facts of the plain form, ids included.
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { DateTime } from 'luxon';
import { expect, test } from 'vitest';
import type { Fact } from '../../../src/domain/fact.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { read } from '../import-helpers.ts';

/** `HESABU_TEST_DIALECTS` sets another number. */
const RUNS = Number(process.env.HESABU_TEST_DIALECTS ?? 60);

/** A field's value in the plain form: an amount in a currency, an instant, a date, a word or a text. */
type Row = Readonly<Record<string, string>>;

const DECIMALS: Readonly<Record<string, number>> = { KES: 2, XOF: 0, TND: 3 };
const INSTANTS = new Set(['placed_at', 'updated_at', 'completed_at', 'created_at']);
const DATES = new Set(['settlement_date', 'value_date']);
const AMOUNTS = new Set(['amount', 'amount_received', 'fee', 'fee_deduction']);
const WORDS: Readonly<Record<string, string>> = {
  orders: 'status',
  polls: 'status',
  callbacks: 'event',
  settlements: 'type',
};
const GOES_BACK = new Set(['refund', 'reversal', 'chargeback', 'reserve']);

const text = fc.stringMatching(/^[A-Z]{2,4}-[0-9]{1,6}$/);
const odd = fc.constantFrom('a "b"', 'x; y, z', "o'clock", '\u00e9t\u00e9', 'a|b\tc', '=1+1', '');
const amountOf = (currency: string, least: number) =>
  fc.bigInt({ min: BigInt(least), max: 10n ** 11n }).map((minor) => {
    const decimals = DECIMALS[currency]!;
    const digits = minor.toString().padStart(decimals + 1, '0');
    return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  });
const instant = fc
  .integer({ min: Date.UTC(2026, 0, 1) / 1000, max: Date.UTC(2027, 0, 1) / 1000 })
  .map((seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'));
const date = instant.map((at) => at.slice(0, 10));
const currency = fc.constantFrom('KES', 'XOF', 'TND');

const rowOf: Readonly<Record<FileKind, fc.Arbitrary<Row>>> = {
  orders: currency.chain((one) =>
    fc.record({
      ...{ merchant: fc.constantFrom('duka', 'soko'), transaction_reference: text, amount: amountOf(one, 1) },
      ...{ currency: fc.constant(one), placed_at: instant, order_number: text },
      status: fc.constantFrom('paid', 'fulfilled', 'cancelled'),
    }),
  ),
  callbacks: currency.chain((one) =>
    fc.record({
      ...{ event: fc.constantFrom('payment.success', 'payment.failed', 'refund.success'), created_at: instant },
      ...{ transaction_reference: text, transaction_id: text, amount: amountOf(one, 0), currency: fc.constant(one) },
      ...{ fee: amountOf(one, 0), completed_at: instant },
    }),
  ),
  polls: currency.chain((one) =>
    fc.record({
      ...{ transaction_reference: text, transaction_id: text, status: fc.constantFrom('succeeded', 'failed') },
      ...{ amount: amountOf(one, 0), currency: fc.constant(one), updated_at: instant, operator_transaction_id: text },
    }),
  ),
  settlements: currency.chain((one) =>
    fc
      .record({
        ...{ transaction_reference: text, transaction_id: text, currency: fc.constant(one), settlement_date: date },
        ...{ type: fc.constantFrom('payment', 'refund', 'chargeback', 'adjustment'), payout_id: text },
        ...{ amount_received: amountOf(one, 1), fee_deduction: amountOf(one, 0) },
      })
      .map((row) => (GOES_BACK.has(row.type) ? { ...row, amount_received: `-${row.amount_received}` } : row)),
  ),
  bank: currency.chain((one) =>
    fc.record({
      ...{ account: text, bank_reference: text, value_date: date, amount: amountOf(one, 0) },
      ...{ currency: fc.constant(one), narration: odd, payout_id: text },
    }),
  ),
};

const dialect = fc.record({
  separator: fc.constantFrom(',', ';', '\t', '|'),
  names: fc.constantFrom('own', 'theirs', 'capitals'),
  numbers: fc.constantFrom(['.', ''], ['.', ','], [',', ''], [',', '.'], [',', ' '], [',', '\u00a0'], ['.', "'"]),
  negative: fc.constantFrom('minus', 'brackets', 'trailing'),
  sign: fc.boolean(),
  unit: fc.constantFrom('major', 'minor', 'iso_minor'),
  date: fc.constantFrom('yyyy-MM-dd', 'dd/MM/yyyy', 'd.M.yyyy', 'yyyyMMdd', 'MM-dd-yyyy', 'dd MMM yyyy'),
  clock: fc.constantFrom(' HH:mm:ss', 'THH:mm:ss', ' H:m:s'),
  zone: fc.constantFrom('UTC', 'Africa/Nairobi', 'Asia/Shanghai', 'Asia/Kolkata'),
  words: fc.boolean(),
  positiveReturns: fc.boolean(),
  titles: fc.integer({ min: 0, max: 4 }),
  headerBy: fc.constantFrom('found', 'cell', 'row'),
  footer: fc.boolean(),
  leftOut: fc.boolean(),
  encoding: fc.constantFrom('utf8', 'windows-1252', 'utf16le'),
  lineEnd: fc.constantFrom('\n', '\r\n'),
  order: fc.infiniteStream(fc.nat()).map((stream) => [...stream.take(20)]),
});
type Dialect = typeof dialect extends fc.Arbitrary<infer Value> ? Value : never;

const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const yaml = (value: unknown) => JSON.stringify(value);

/** A plain decimal as the dialect writes numbers. */
function numberIn(plain: string, code: string, by: Dialect, canBeSigned: boolean): string {
  const isBelow = plain.startsWith('-');
  let [whole = '', decimals = ''] = plain.replace('-', '').split('.');
  const places = by.unit === 'minor' ? 2 : by.unit === 'iso_minor' ? DECIMALS[code]! : 0;
  const shifted = decimals.padEnd(places, '0');
  whole = `${whole}${shifted.slice(0, places)}`.replace(/^0+(?=\d)/, '');
  decimals = shifted.slice(places);
  const [point, mark] = by.numbers as [string, string];
  const grouped = mark === '' ? whole : whole.replace(/\B(?=(\d{3})+$)/g, mark);
  const number = decimals === '' ? grouped : `${grouped}${point}${decimals}`;
  const figure = by.sign && canBeSigned ? `${code === 'KES' ? 'KSh' : `c${code}`} ${number}` : number;
  if (!isBelow) return figure;
  if (by.negative === 'brackets') return `(${figure})`;
  return by.negative === 'trailing' ? `${figure}-` : `-${figure}`;
}

/** A row by its fields as the dialect writes them. */
function cellIn(field: string, value: string, row: Row, by: Dialect, kind: FileKind): string {
  if (AMOUNTS.has(field)) {
    const isTurned = by.positiveReturns && GOES_BACK.has(row.type ?? '') && field === 'amount_received';
    return numberIn(isTurned ? value.replace('-', '') : value, row.currency!, by, true);
  }
  const form = by.date + (by.clock.startsWith('T') ? "'T'" : '') + by.clock.replace('T', '');
  if (INSTANTS.has(field)) return DateTime.fromISO(value, { zone: by.zone }).toFormat(form, { locale: 'en' });
  if (DATES.has(field)) return DateTime.fromISO(value, { zone: 'utc' }).toFormat(by.date, { locale: 'en' });
  return by.words && field === WORDS[kind] ? `${value.toUpperCase()} (x)` : value;
}

const nameIn = (field: string, by: Dialect) =>
  by.names === 'own' ? field : by.names === 'capitals' ? ` ${field.toUpperCase()} ` : `Die ${field} ;,|`;

function mappingOf(fields: readonly string[], rows: readonly Row[], by: Dialect, kind: FileKind): string {
  const [point, mark] = by.numbers as [string, string];
  const word = WORDS[kind];
  const words = [...new Set(rows.map((row) => row[word ?? ''] ?? ''))];
  const parts = [
    `decimal: ${yaml(point)}`,
    ...(mark === '' ? [] : [`thousands: [${yaml(mark)}]`]),
    ...(by.negative === 'brackets' ? ['brackets: negative'] : []),
    ...(by.negative === 'trailing' ? ['trailing_minus: true'] : []),
    ...(by.sign ? ['currency_signs: { KSh: KES, cXOF: XOF, cTND: TND }'] : []),
    ...(by.unit === 'major' ? [] : [`unit: ${by.unit}`]),
    `dates: [${yaml(by.date + by.clock)}, ${yaml(by.date)}]`,
    `zone: ${by.zone}`,
    ...(by.names === 'theirs'
      ? [`columns: { ${fields.map((field) => `${field}: ${yaml(nameIn(field, by))}`).join(', ')} }`]
      : []),
    ...(by.words && word !== undefined
      ? [`words: { ${word}: { ${words.map((one) => `${yaml(`${one} (X)`)}: ${one}`).join(', ')} } }`]
      : []),
    ...(by.positiveReturns && kind === 'settlements' ? ['signs: { returns: positive }'] : []),
    ...(by.headerBy === 'cell' ? [`header: ${yaml(nameIn(fields[0]!, by))}`] : []),
    ...(by.headerBy === 'row' ? [`header_row: ${by.titles + 1}`] : []),
    ...(by.footer ? ['footer: ["Summe"]'] : []),
    ...(by.leftOut ? ['rows: { not: { Zeile: [Nein] } }'] : []),
    ...(by.encoding === 'windows-1252' ? ['encoding: windows-1252'] : []),
  ];
  return `${kind}: { ${parts.join(', ')} }`;
}

function fileIn(fields: readonly string[], rows: readonly Row[], by: Dialect, kind: FileKind): string {
  const columns = fields.map((field, at) => ({ field, at: by.order[at]! })).sort((left, right) => left.at - right.at);
  const line = (cells: readonly string[]) => cells.map(quoted).join(by.separator);
  const table = rows.map((row, at) => {
    const cells = columns.map(({ field }) => cellIn(field, row[field]!, row, by, kind));
    return line([...cells, by.leftOut && at % 3 === 2 ? 'Nein' : 'Ja']);
  });
  const titles = Array.from({ length: by.titles }, (_, at) => (at % 2 === 0 ? `Bericht ${at}` : line(['Von', 'Bis'])));
  const footer = by.footer ? [line(columns.map((_, at) => (at === 0 ? 'Summe' : '')).concat('')), 'Ende'] : [];
  const header = line([...columns.map(({ field }) => nameIn(field, by)), 'Zeile']);
  return [...titles, header, ...table, ...footer, ''].join(by.lineEnd);
}

const plainOf = (fields: readonly string[], rows: readonly Row[]) =>
  [fields.join(','), ...rows.map((row) => fields.map((field) => quoted(row[field]!)).join(','))].join('\n');

/** Without the place in the file. */
const content = ({ raw: _, ...fact }: Fact) => fact;

test.each(Object.keys(CANONICAL_FORMATS) as FileKind[])('%s', { timeout: 600_000 }, async (kind) => {
  const examples = fc.tuple(fc.array(rowOf[kind], { minLength: 1, maxLength: 8 }), dialect);
  await fc.assert(
    fc.asyncProperty(examples, async ([rows, by]) => {
      const fields = Object.keys(rows[0]!);
      const kept = rows.filter((_, at) => !(by.leftOut && at % 3 === 2));
      const mapping = parseMappings(mappingOf(fields, rows, by, kind), 'm.yaml')[kind];
      const written = fileIn(fields, rows, by, kind);
      const bytes = iconv.encode(written.replaceAll('\u20a6', 'N'), by.encoding, { addBOM: by.encoding === 'utf16le' });
      const [theirs, ours] = await Promise.all([read(kind, bytes, { mapping }), read(kind, plainOf(fields, kept))]);
      expect(theirs.rejects.map(({ message }) => message)).toEqual([]);
      expect(theirs.facts.map(content)).toEqual(ours.facts.map(content));
      expect(theirs.result.leftOut).toBe(rows.length - kept.length + (by.footer ? 2 : 0));
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});
