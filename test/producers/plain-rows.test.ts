// Plain rows: rows that go from their bytes to a fact's bytes are what the readers of texts make of them, and what most
// shops have is read so.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { type PlainOptions, readBoth } from './both-readings.ts';
import { COLUMNS, KINDS, type Kind, mostly, REQUIRED } from './plain-cells.ts';

/** `HESABU_TEST_PLAIN` sets another number of files for each kind and layout. */
const FILES = Number(process.env.HESABU_TEST_PLAIN ?? 6);

/** Some rows of a kind, in columns in any order: all that it needs, some that it may have, and one that is nobody's. */
function rowsOf(kind: Kind): fc.Arbitrary<readonly (readonly (readonly [string, string])[])[]> {
  const [needed, others] = [Object.keys(COLUMNS[kind]).slice(0, REQUIRED[kind]), Object.keys(COLUMNS[kind])];
  const note = fc.constantFrom('', '', 'x', 'é', 'a,b', 'x', `a${BROKEN}`);
  return fc.shuffledSubarray([...others.slice(needed.length), 'note']).chain((further) =>
    fc.shuffledSubarray([...needed, ...further], { minLength: needed.length + further.length }).chain((names) => {
      const row = fc.tuple(...names.map((name) => mostly(COLUMNS[kind][name] ?? note)));
      const named = row.map((cells) => cells.map((cell, at) => [names[at]!, cell] as const));
      return fc.array(named, { minLength: 1, maxLength: 40 });
    }),
  );
}

/** What stands between rows: lines that are none, at some places. */
const between = fc.array(
  fc.tuple(fc.nat(40), fc.constantFrom('', ' ', 'more', 'Total,5.00', '"open', '{}', '[1]', '\u0000')),
  {
    maxLength: 2,
  },
);
const options = fc.record({
  chunkBytes: fc.constantFrom(97, 1000, 65_536),
  account: fc.constantFrom(null, null, 'main'),
  statedAt: fc.constantFrom(null, Date.UTC(2026, 5, 9)),
  returnSeries: fc.constantFrom(undefined, undefined, { refund: 'refunds' }),
  reservations: fc.constantFrom(undefined, undefined, { 'shop-1': { prefix: 'MK1-' } }),
});
const ending = fc.record({
  eol: fc.constantFrom('\n', '\r\n'),
  bom: fc.constantFrom('', '', '\ufeff'),
  tail: fc.constantFrom('', 'eol', 'bytes'),
});
type Ending = { readonly eol: string; readonly bom: string; readonly tail: string };

/** Stands for a byte that is no UTF-8. */
const BROKEN = '\ue000';

function bytesOf(lines: readonly string[], { eol, bom, tail }: Ending): Buffer {
  const text = Buffer.from(
    `${bom}${lines.join(eol)}${tail === '' ? '' : eol}${tail === 'bytes' ? `${BROKEN}A\n` : ''}`,
  );
  return Buffer.from(text.toString('latin1').replaceAll(Buffer.from(BROKEN).toString('latin1'), '\xff'), 'latin1');
}

function withLines(rows: readonly string[], lines: readonly (readonly [number, string])[]): string[] {
  const all = [...rows];
  for (const [at, line] of lines) all.splice(at, 0, line);
  return all;
}

async function expectAlike(kind: Kind, content: Buffer | string, given: object): Promise<number> {
  const { plain, texts, taken } = await readBoth(kind, content, given as PlainOptions);
  expect(plain).toEqual(texts);
  return taken;
}

/** Holds a property for some files; of them, some rows must have been taken as plain. */
async function hold<About extends unknown[]>(
  arbitraries: { readonly [At in keyof About]: fc.Arbitrary<About[At]> },
  read: (...about: About) => Promise<number>,
): Promise<void> {
  let taken = 0;
  const property = fc.asyncProperty(fc.tuple<About>(...arbitraries), async (about) => {
    taken += await read(...about);
  });
  await fc.assert(property, { numRuns: FILES });
  expect(taken).toBeGreaterThan(0);
}

describe.each(KINDS)('%s', (kind) => {
  test(`in ${FILES} tables are the same facts, rejects and sums as texts`, {
    timeout: 20_000 + FILES * 1_000,
  }, async () => {
    const form = fc.record({
      separator: fc.constantFrom(',', ',', ';', '\t', '|'),
      quotes: fc.constantFrom('needed', 'needed', 'all', 'never'),
      isAgain: fc.boolean(),
    });
    const write = (cell: string, { separator, quotes }: { separator: string; quotes: string }) => {
      const isQuoted = quotes === 'all' || (quotes === 'needed' && (cell.includes('"') || cell.includes(separator)));
      return isQuoted ? `"${cell.replaceAll('"', '""')}"` : cell;
    };
    await hold([rowsOf(kind), form, between, ending, options], (rows, about, lines, end, given) => {
      const line = (cells: readonly string[]) => cells.map((cell) => write(cell, about)).join(about.separator);
      const header = line(rows[0]!.map(([name]) => name));
      const all = rows.map((row) => line(row.map(([, cell]) => cell)));
      if (about.isAgain) all.push(header, ...all.slice(0, 2));
      return expectAlike(kind, bytesOf([header, ...withLines(all, lines)], end), given);
    });
  });

  test(`in ${FILES} files of JSON are the same facts, rejects and sums as texts`, {
    timeout: 20_000 + FILES * 1_000,
  }, async () => {
    const form = fc.record({
      colon: fc.constantFrom(':', ':', ': '),
      comma: fc.constantFrom(',', ', '),
      layout: fc.constantFrom('lines', 'lines', 'list', 'report'),
      isReversed: fc.boolean(),
    });
    const value = fc.oneof(
      { arbitrary: fc.constant('as'), weight: 150 },
      { arbitrary: fc.constant('number'), weight: 8 },
      { arbitrary: fc.constantFrom('null', 'true', '[]', 'twice'), weight: 4 },
    );
    const outer = kind === 'callbacks' ? new Set(['id', 'event', 'created_at']) : undefined;
    const all = [rowsOf(kind), form, fc.infiniteStream(value), between, ending, options] as const;
    await hold([...all], (rows, { colon, comma, layout, isReversed }, values, lines, end, given) => {
      const member = ([name, cell]: readonly [string, string]): string => {
        const as = values.next().value as string;
        const text = JSON.stringify(cell);
        const isNumber = as === 'number' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell);
        const written = isNumber ? cell : /^(?:as|number|twice)$/.test(as) ? text : as;
        const whole = `${JSON.stringify(name)}${colon}${written}`;
        return as === 'twice' ? `${whole}${comma}${whole}` : whole;
      };
      const objects = rows.map((row) => {
        const inner = row.filter(([name]) => outer?.has(name) === false).map(member);
        const members = row.filter(([name]) => outer?.has(name) !== false).map(member);
        if (outer !== undefined) members.push(`"data"${colon}{${inner.join(comma)}}`);
        return `{${(isReversed ? members.reverse() : members).join(comma)}}`;
      });
      if (layout === 'lines') return expectAlike(kind, bytesOf(withLines(objects, lines), end), given);
      const report = ['{"report_id":"RP-9","settlement_date":"2026-06-09","lines":[', ']}'];
      const [head, tail] = layout === 'list' ? ['[', ']'] : report;
      return expectAlike(kind, `${end.bom}${head}${objects.join(`,${end.eol}`)}${tail}`, given);
    });
  });
});

const AMOUNTS = /^(?:amount|fee)/;

/** A mapping that renames columns, and says how numbers and times are written. */
const MAPPED = `
  separator: ";"
  decimal: ","
  thousands: ["."]
  dates: ["dd/MM/yyyy HH:mm", "dd/MM/yyyy"]
  zone: Africa/Nairobi`;

describe('behind a mapping', () => {
  const theirs = (cell: string) => {
    const time = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}):\d{2}Z)?$/.exec(cell);
    if (time !== null) return `${time[3]}/${time[2]}/${time[1]}${time[4] === undefined ? '' : ` ${time[4]}`}`;
    return /^-?\d+\.\d+$/.test(cell) ? cell.replace('.', ',').replace(/\B(?=(\d{3})+,)/g, '.') : cell;
  };
  const further: Readonly<Record<Kind, readonly string[]>> = {
    orders: ['constants: { status: paid, merchant: 店 }', 'words: { status: { Bezahlt: paid, odd: cancelled } }'],
    callbacks: ['constants: { event: payment.success }', 'words: { event: { odd: payment.success } }'],
    polls: ['constants: { status: succeeded }', 'words: { status: { odd: pending, "*": failed } }'],
    settlements: ['constants: { type: payment }', 'words: { type: { odd: payment } }'],
  };
  const form = (kind: Kind) =>
    fc.record({
      said: fc.constantFrom('', '', 'constants: { currency: KES }', ...further[kind]),
      isBare: fc.boolean(),
      isHalfNamed: fc.boolean(),
      isTotalled: fc.boolean(),
    });

  test.each(KINDS)(`in ${FILES} tables are the same %s as texts`, { timeout: 20_000 + FILES * 1_000 }, async (kind) => {
    await hold([rowsOf(kind), form(kind), between, ending, options], (rows, about, lines, end, given) => {
      const names = rows[0]!.map(([name]) => name);
      const isNamed = (name: string) => !(about.isHalfNamed && name.length % 2 === 1);
      const named = names.filter((name) => name !== 'note' && isNamed(name));
      const columns = `columns: { ${named.map((name) => `${name}: "Col ${name}"`).join(', ')} }`;
      const forms = about.isBare ? `\n  separator: ";"\n  zone: UTC` : MAPPED;
      const text = `${kind}:${forms}\n  ${columns}\n  ${about.said}`;
      const mapping = parseMappings(text, 'm.yaml')[kind];
      const all = rows.map((row) => row.map(([, cell]) => (about.isBare ? cell : theirs(cell))).join(';'));
      // A row of totals that the others hardly come to: what they come to is then told.
      if (about.isTotalled)
        all.push(names.map((name, at) => (at === 0 ? 'Total' : AMOUNTS.test(name) ? '1' : '')).join(';'));
      const header = names.map((name) => (isNamed(name) ? `Col ${name}` : name)).join(';');
      return expectAlike(kind, bytesOf([header, ...withLines(all, lines)], end), { ...given, mapping });
    });
  });
});

/** What shops and portals have, of which every row is to be taken as plain. */
const ORDERS = [
  'merchant,transaction_reference,amount,currency,placed_at,order_number,expires_at,status,msisdn,country,operator,ip',
  'shop-1,SO-1,1250.00,KES,2026-06-01T08:00:00Z,1001,2026-06-01T09:00:00Z,paid,254712345678,KE,mpesa,10.0.0.1',
  '市场,SO-2,1250,KES,2026-06-01T11:00:00+03:00,#1002,,Paid,0712345678,KE,,',
  'Toko é,SO-3,184755,UGX,2026-06-01 08:00:00.250Z,W-1,,,,UG,"airtel money",',
];
const CALLBACKS = [
  'id,event,created_at,transaction_reference,transaction_id,amount,currency,fee,operator,msisdn,completed_at',
  'evt_1,payment.success,2026-06-01T08:00:00Z,SO-1,P-1,1250.00,KES,12.5,mpesa,254712345678,2026-06-01T08:00:00Z',
  'evt_2,payment.failed,2026-06-01T08:00:00Z,SO-1,P-2,,,,mpesa,,',
  ',Payment.Success,2026-06-01T08:00:00Z,,P-3,1250,KES,,,,',
];
const POLLS = [
  'transaction_reference,transaction_id,status,amount,currency,fee,updated_at,operator_transaction_id,request_id',
  'SO-1,P-1,SUCCESS,1250.00,KES,1.00,2026-06-01T08:00:00Z,QK1,r-1',
  ',P-2,pending,,,,2026-06-01T08:00:00Z,,',
];
const SETTLEMENTS = [
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id,' +
    'payout_id,settlement_currency,settlement_amount,fx_rate,original_transaction_id,report_id,completed_at',
  'SO-1,P-1,payment,1250.00,KES,18.75,2026-06-02,L-1,PO-1,USD,9.60,0.00768,,RP-1,2026-06-01T08:00:00Z',
  'TX-2,P-2,payment,1250.00,KES,18.7555,2026-06-02T00:00:00Z,,,,,,,,',
  'TX-2,P-2,payment,1250.00,KES,18.7555,2026-06-02T00:00:00Z,,,,,,,,',
  'SO-3,R-3,refund,-1250.00,KES,0,2026-06-02,L-3,PO-1,,,,P-1,2026-06-01,',
];
const EXAMPLES: readonly (readonly [Kind, readonly string[]])[] = [
  ['orders', ORDERS],
  ['callbacks', CALLBACKS],
  ['polls', POLLS],
  ['settlements', SETTLEMENTS],
];

describe('what shops have is plain', () => {
  const allTaken = async (kind: Kind, content: string, rows: number, given: PlainOptions = {}) => {
    expect(await expectAlike(kind, content, given)).toBe(rows);
  };

  test.each(EXAMPLES)('%s in a table', async (kind, [header, ...rows]) => {
    await allTaken(kind, `${[header, ...rows].join('\n')}\n`, rows.length);
    await allTaken(kind, `\ufeff${[header, ...rows].join('\r\n')}`, rows.length, { account: 'main' });
    const quoted = [header, ...rows].map((row) => row!.replaceAll('"', '').replaceAll(/[^,]+/g, '"$&"'));
    await allTaken(kind, `${quoted.join('\n')}\n`.replaceAll(',', ';'), rows.length, { chunkBytes: 97 });
  });

  test.each(EXAMPLES)('%s in JSON', async (kind, [header, ...rows]) => {
    const names = header!.split(',');
    const outer = kind === 'callbacks' ? 3 : names.length;
    const objects = rows.map((row) => {
      const cells = row
        .replaceAll('"', '')
        .split(',')
        .map((cell, at) => [names[at]!, cell] as const);
      const members = cells.filter(([, cell]) => cell !== '' || cells.length % 2 === 0);
      const inner = members.filter(([name]) => names.indexOf(name) >= outer);
      const top = members.filter(([name]) => names.indexOf(name) < outer);
      const object = {
        ...Object.fromEntries(top),
        ...(outer === names.length ? {} : { data: Object.fromEntries(inner) }),
      };
      const text = JSON.stringify({ ...object, extra: 1, further: null });
      // The second row has its amounts as numbers.
      return row === rows[1] ? text.replaceAll(/"([1-9]\d{2,}(?:\.\d+)?)"/g, '$1') : text;
    });
    await allTaken(kind, `${objects.join('\n')}\n`, rows.length);
    await allTaken(kind, `[\n  ${objects.join(',\n  ')}\n]`, 2 * rows.length);
    const spaced = objects.map((text) => text.replaceAll('":', '": ').replaceAll(',"', ', "'));
    await allTaken(kind, `${spaced.join('\r\n')}\r\n`, rows.length, { chunkBytes: 97 });
  });

  test('a portal with its own names, semicolons, decimal commas and local times', async () => {
    const mapping = parseMappings(
      `orders:${MAPPED}\n  columns: { merchant: Shop, transaction_reference: "Order No.", amount: Total,
        placed_at: Placed, status: State }\n  constants: { currency: KES }\n  words: { status: { Bezahlt: paid } }`,
      'm.yaml',
    ).orders;
    const rows = [
      'Shop;Order No.;Total;Placed;State',
      'a;SO-1;1.250,00;01/06/2026 09:30;Bezahlt',
      'b;SO-2;5;01/06/2026 10:30;',
    ];
    await allTaken('orders', `${rows.join('\n')}\n`, 2, { mapping });
  });
});
