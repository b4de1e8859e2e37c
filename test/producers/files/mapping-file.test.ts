// What a mapping file may hold, and what is refused of it: each key by example and by a near miss.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';

const settlements = (part: string) => parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements!;

describe('each key of a mapping', () => {
  test.each([
    ['provider: mpesa', { provider: 'mpesa' }],
    ['account: till-1', { account: 'till-1' }],
    ['encoding: gb18030', { encoding: 'gb18030' }],
    ['ends_lines: true', { endsLines: true }],
    ['separator: ";"', { separator: ';' }],
    ['sheet: "Payouts"', { sheet: 'Payouts' }],
    ['header: "Receipt No."', { header: 'Receipt No.' }],
    ['header_row: 5', { header: 5 }],
    ['footer: ["Total", "Totals"]', { footer: ['Total', 'Totals'] }],
    ['rows: { where: { S: [Completed] } }', { rows: { where: new Map([['S', ['Completed']]]), not: new Map() } }],
    ['rows: { not: { S: Failed } }', { rows: { where: new Map(), not: new Map([['S', ['Failed']]]) } }],
    ['currency_signs: { "\u20a6": NGN }', { currencySigns: new Map([['\u20a6', 'NGN']]) }],
    ['unit: minor', { unit: 'minor' }],
    ['unit: iso_minor', { unit: 'iso_minor' }],
    [
      'unit: { NGN: minor, XOF: minor }',
      {
        unit: new Map([
          ['NGN', 'minor'],
          ['XOF', 'minor'],
        ]),
      },
    ],
    ['signs: { returns: positive, fees: negative }', { signs: { returns: 'positive', fees: 'negative' } }],
    ['dates: ["dd/MM/yyyy HH:mm:ss", "yyyyMMdd"]', { dates: ['dd/MM/yyyy HH:mm:ss', 'yyyyMMdd'] }],
    ['zone: Africa/Nairobi', { zone: 'Africa/Nairobi' }],
    ['prefix: "D1-"', { prefix: 'D1-' }],
    ['each: data.transactions', { each: 'data.transactions' }],
  ])('%s', (part, expected) => {
    expect(settlements(part)).toEqual({ columns: new Map(), constants: new Map(), ...expected });
  });

  test.each([
    ['decimal: ","', { decimal: ',', thousands: [], isOpen: false }],
    ['thousands: [","]', { decimal: '.', thousands: [','], isOpen: false }],
    ['brackets: negative', { brackets: true, isOpen: true }],
    ['trailing_minus: true', { trailingMinus: true, isOpen: true }],
  ])('%s says how numbers are written', (part, expected) => {
    expect(settlements(part).numbers).toMatchObject(expected);
  });

  test.each([
    ['Ref', { from: ['Ref'] }],
    ['["Receipt", "Receipt No."]', { from: ['Receipt', 'Receipt No.'] }],
    ['{ from: Details, pattern: "PSTK_(\\\\d+)" }', { from: ['Details'], pattern: 'PSTK_(\\d+)' }],
    ['{ plus: "Paid In", minus: "Withdrawn" }', { plus: ['Paid In'], minus: ['Withdrawn'] }],
    ['{ minus: [Out, Withdrawn] }', { plus: [], minus: ['Out', 'Withdrawn'] }],
    ['{ sum: [app_fee, merchant_fee] }', { sum: ['app_fee', 'merchant_fee'] }],
  ])('a column as %s', (written, expected) => {
    expect(settlements(`columns: { amount_received: ${written} }`).columns.get('amount_received')).toEqual(expected);
  });

  test('values are texts as they are written, whatever YAML would make of them', () => {
    const { constants, words, rows } = settlements(
      'constants: { fee_deduction: 0.50, line_id: No }, words: { type: { 1.50: fee } }, ' +
        'rows: { where: { Ok: [true] } }',
    );
    expect([...constants]).toEqual([
      ['fee_deduction', '0.50'],
      ['line_id', 'No'],
    ]);
    expect(words?.get('type')).toEqual(new Map([['1.50', 'fee']]));
    expect(rows?.where).toEqual(new Map([['Ok', ['true']]]));
  });

  test('words of all fields with words, and of a currency', () => {
    const { words } = settlements('words: { type: { In: payment, "*": unclassified }, currency: { KSh: KES } }');
    expect(words?.get('type')).toEqual(
      new Map([
        ['In', 'payment'],
        ['*', 'unclassified'],
      ]),
    );
    expect(words?.get('currency')).toEqual(new Map([['KSh', 'KES']]));
    const others = parseMappings(
      'orders: { words: { status: { done: fulfilled } }, prefix: { duka-1: "D1-" } }\n' +
        'callbacks: { words: { event: { charge.success: payment.success } } }\n' +
        'polls: { words: { status: { OK: success } } }',
      'm.yaml',
    );
    expect(others.orders?.prefix).toEqual(new Map([['duka-1', 'D1-']]));
    expect(others.callbacks?.words?.get('event')).toEqual(new Map([['charge.success', 'payment.success']]));
    expect(others.polls?.words?.get('status')).toEqual(new Map([['OK', 'success']]));
  });

  test('crosses to another thread as it is', () => {
    const mapping = settlements(
      'columns: { fee_deduction: { sum: [a] } }, words: { type: { A: fee } }, unit: { XOF: minor }',
    );
    expect(structuredClone(mapping)).toEqual(mapping);
  });
});

test.each(['footer', 'thousands', 'dates', 'columns.fee_deduction.sum', 'rows.where.Status'])(
  'one %s needs no brackets of a list',
  (path) => {
    const value = { thousands: ',', dates: 'dd/MM/yyyy' }[path] ?? 'Total';
    const text = (written: unknown) =>
      JSON.stringify({ settlements: path.split('.').reduceRight((inner, key) => ({ [key]: inner }), written) });
    expect(parseMappings(text(value), 'm')).toEqual(parseMappings(text([value]), 'm'));
  },
);

describe('a near miss is refused where it is, with what is nearest', () => {
  test.each([
    ['settlments: {}', 'm.yaml: settlments', 'expected settlements'],
    ['settlements: { colums: {} }', 'settlements.colums', 'expected columns'],
    ['settlements: { colums: { type: A } }', 'settlements.colums', 'expected columns'],
    ['settlements: { zone: Africa/Nairobbi }', 'settlements.zone', 'expected a zone'],
    ['settlements: { encoding: windws-1252 }', 'settlements.encoding', 'the name of an encoding'],
    ['settlements: { encoding: base64 }', 'settlements.encoding', 'the name of an encoding'],
    ['settlements: { encoding: __proto__ }', 'settlements.encoding', 'the name of an encoding'],
    ['settlements: { encoding: "" }', 'settlements.encoding', 'the name of an encoding'],
    ['settlements: { header_row: 0 }', 'settlements.header_row', 'expected the number of a row'],
    ['settlements: { header: A, header_row: 5 }', 'settlements.header_row', 'either `header` or `header_row`'],
    ['settlements: { footer: { Total: A } }', 'settlements.footer', 'a text, or a list of texts'],
    ['settlements: { rows: { were: { A: [B] } } }', 'settlements.rows.were', 'expected where'],
    ['settlements: { decimal: ";" }', 'settlements.decimal', 'expected "." or ","'],
    ['settlements: { thousands: [";"] }', 'settlements.thousands.0', 'expected'],
    ['settlements: { unit: cents }', 'settlements.unit', 'minor or iso_minor'],
    ['settlements: { unit: { KES: cents } }', 'settlements.unit', 'minor or iso_minor'],
    ['settlements: { brackets: positive }', 'settlements.brackets', 'expected "negative"'],
    ['settlements: { trailing_minus: yes }', 'settlements.trailing_minus', 'expected "true" or "false"'],
    ['settlements: { signs: { return: positive } }', 'settlements.signs.return', 'expected returns'],
    ['settlements: { signs: { returns: plus } }', 'settlements.signs.returns', 'expected "positive"'],
    ['settlements: { dates: ["DD/MM/YYYY"] }', 'settlements.dates.0', 'expected a form'],
    ['settlements: { dates: ["HH:mm"] }', 'settlements.dates.0', 'expected a form'],
    ['settlements: { columns: { amount_recieved: A } }', 'amount_recieved', 'expected amount_received'],
    ['settlements: { columns: { type: { form: A, pattern: b } } }', 'columns.type', 'expected from'],
    ['settlements: { columns: { type: { from: A, pattern: "(" } } }', 'columns.type.pattern', 'a pattern of RE2'],
    ['settlements: { columns: { type: { plus: A, minuss: B } } }', 'columns.type.minuss', 'expected minus'],
    ['settlements: { columns: { amount_received: { plus: A, minus: A } } }', 'amount_received', 'each column once'],
    ['settlements: { columns: { amount_received: { plus: [A, B], minus: " b" } } }', 'received', 'each column once'],
    ['settlements: { columns: { fee_deduction: { sum: [Fee, Tax, fee] } } }', 'fee_deduction.sum', 'each column once'],
    ['settlements: { columns: { transaction_id: { plus: A, minus: B } } }', 'columns.transaction_id', 'only an amount'],
    ['settlements: { columns: { type: { sum: [A] } } }', 'columns.type', 'only an amount'],
    ['settlements: { columns: { settlement_date: { negate: A } } }', 'columns.settlement_date', 'only an amount'],
    ['settlements: { columns: { type: [] } }', 'columns.type', 'expected'],
    ['settlements: { constants: { tipe: payment } }', 'constants.tipe', 'expected type'],
    ['settlements: { words: { type: { A: paymet } } }', 'words.type.A', 'expected payment'],
    ['settlements: { words: { tipe: { A: payment } } }', 'words.tipe', 'expected type'],
    ['settlements: { words: { currency: { A: KSH } } }', 'words.currency.A', 'ISO 4217'],
    ['settlements: { prefix: { duka-1: "D1-" } }', 'settlements.prefix', 'expected a text'],
    ['settlements: { account: Till }', 'settlements.account', 'lower-case'],
    ['orders: { words: { status: { done: finished } } }', 'words.status.done', 'expected'],
    ['callbacks: { words: { event: { A: payment.succes } } }', 'words.event.A', 'expected payment.success'],
  ])('%s', (text, where, expected) => {
    const parse = () => parseMappings(text, 'm.yaml');
    expect(parse).toThrow('HESABU_MAPPING_INVALID');
    expect(parse).toThrow(where);
    expect(parse).toThrow(expected);
  });
});

describe('named mappings of a kind', () => {
  const SHOPS = `
settlements:
  paystack: { columns: { type: A } }
  till: { columns: { type: B }, zone: Africa/Nairobi }
bank: { separator: "|" }
`;
  const chosen = (name?: string, kinds?: readonly 'settlements'[]) =>
    parseMappings(SHOPS, 'm.yaml', { name, ...(kinds === undefined ? {} : { kinds }) });

  test('are chosen by name, and the others stay as they are', () => {
    expect(chosen('till').settlements?.zone).toBe('Africa/Nairobi');
    expect(chosen('paystack').settlements?.columns.get('type')).toEqual({ from: ['A'] });
    expect(chosen('till').bank?.separator).toBe('|');
  });

  test('without a name, or with another, there is an error with the names that there are', () => {
    expect(() => chosen()).toThrow('expected one of the names paystack, till, found no name');
    expect(() => chosen('tills')).toThrow('Choose one: --mapping FILE#till');
    expect(() => parseMappings('bank: {}', 'm.yaml', { name: 'till' })).toThrow('none of its mappings has one');
  });

  test('need no name where there is one alone, or where no file of their kind is read', () => {
    const one = parseMappings('settlements: { till: { zone: UTC } }', 'm.yaml');
    expect(one.settlements?.zone).toBe('UTC');
    expect(parseMappings(SHOPS, 'm.yaml', { kinds: ['bank'] })).toEqual({
      bank: { separator: '|', columns: new Map(), constants: new Map() },
    });
  });

  test('may have a name near a key if they hold keys, and their faults name them', () => {
    expect(parseMappings('settlements: { heads: { zone: UTC } }', 'm.yaml').settlements?.zone).toBe('UTC');
    expect(() => parseMappings('settlements: { till: { zone: Mars } }', 'm.yaml')).toThrow('settlements.till.zone');
  });
});

describe('a hostile mapping is refused', () => {
  const bomb = [
    'a: &a [x, x]',
    ...'bcdefghij'.split('').map((name, at) => {
      const before = 'abcdefghi'[at];
      return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
    }),
  ].join('\n');

  test.each([
    ['a bomb of aliases', bomb],
    ['an alias of itself', 'settlements: &a { columns: *a }'],
    ['a deep nesting', `settlements: ${'['.repeat(50_000)}`],
    ['a deep nesting that ends', `settlements: ${'['.repeat(2_000)}${']'.repeat(2_000)}`],
    ['a long text', `settlements: { sheet: "${'x'.repeat(300_000)}" }`],
    ['a long pattern', `settlements: { columns: { type: { from: A, pattern: "${'a?'.repeat(200)}" } } }`],
    ['a key twice', 'settlements: { zone: UTC, zone: UTC }'],
    ['__proto__ as a kind', '__proto__: { columns: {} }'],
    ['__proto__ as a key', 'settlements: { __proto__: { zone: UTC } }'],
    ['__proto__ as a word', 'settlements: { words: { type: { __proto__: payment } } }'],
    ['__proto__ as a column', 'settlements: { columns: { __proto__: A } }'],
    ['constructor as a column', 'settlements: { columns: { constructor: A } }'],
    ['a list', '[]'],
    ['nothing', ''],
    ['a tag', 'settlements: !!js/function "x"'],
  ])('%s', (_, text) => {
    expect(() => parseMappings(text, 'm.yaml')).toThrow('HESABU_MAPPING_INVALID');
    expect(Object.hasOwn(Object.prototype, 'zone')).toBe(false);
  });
});
