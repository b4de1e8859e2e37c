// Rows of a workbook in the table of a file: what a workbook knows of a cell counts, whatever a mapping says of texts.
import { expect, test } from 'vitest';
import type { Reject } from '../../../src/domain/errors.ts';
import type { Fact } from '../../../src/domain/fact.ts';
import { JsonRows } from '../../../src/producers/files/json-rows.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { type FileJob, Rows } from '../../../src/producers/files/rows.ts';
import { Table } from '../../../src/producers/files/table.ts';
import type { CellKind } from '../../../src/producers/formats/cell-kind.ts';
import { CANONICAL_FORMATS } from '../../../src/producers/formats/formats.ts';
import { SETTLEMENT_HEADER, settledOf } from '../import-helpers.ts';

type Cells = readonly (readonly [string, CellKind])[];
const PLAIN: Cells = [
  ['ORD-1', 'text'],
  ['1234567', 'number'],
  ['payment', 'text'],
  ['1500.5', 'number'],
  ['KES', 'text'],
  ['22.5', 'number'],
  ['2026-06-02', 'date'],
];

function read(cells: Cells, part = '') {
  const mapping = part === '' ? undefined : parseMappings(`settlements: { ${part} }`, 'm.yaml').settlements;
  const facts: Fact[] = [];
  const rejects: Reject[] = [];
  const format = CANONICAL_FORMATS.settlements;
  const job: FileJob = {
    ...{ path: 'given.xlsx', kind: 'settlements', format, mapping, provider: 'p', account: null, importId: 1 },
    ...{ receivedAt: 0, statedAt: 0, pseudonym: (one: string) => one },
  };
  const visitor = {
    fact: (_: string, fact: Fact) => facts.push(fact),
    reject: (reject: Reject) => rejects.push(reject),
    broken: () => {},
  };
  const rows = new Rows(job, visitor, { isTable: true, isOpen: false });
  const table = new Table(job, rows, new JsonRows(format, rows.row, mapping), '');
  const header = SETTLEMENT_HEADER.split(',');
  table.record(
    ['Report of June', '', '', '', '', '', ''],
    1,
    header.map(() => 'text'),
  );
  table.record(
    header,
    3,
    header.map(() => 'text'),
  );
  table.record(
    cells.map(([text]) => text),
    4,
    cells.map(([, kind]) => kind),
  );
  table.end();
  return { facts, rejects, faults: rejects.map(({ line, field, code }) => `${line} ${field} ${code}`) };
}

const withCell = (at: number, cell: readonly [string, CellKind]) =>
  PLAIN.map((one, index) => (index === at ? cell : one));

test.each(['', 'decimal: ",", thousands: ["."], dates: ["dd/MM/yyyy"]', 'zone: America/New_York'])(
  'numbers and dates are as they are stored, with the mapping %j',
  (part) => {
    const { facts, faults } = read(PLAIN, part);
    expect(faults).toEqual([]);
    expect(settledOf(facts[0])).toMatchObject({ gross: '1500.50', fee: '22.50', settlement_date: '2026-06-02' });
    expect(settledOf(facts[0]).provider_transaction_id).toBe('1234567');
  },
);

test('a date with a time in a date column is its date', () => {
  expect(settledOf(read(withCell(6, ['2026-06-02T23:59:00', 'date'])).facts[0]).settlement_date).toBe('2026-06-02');
});

test.each([
  ['25.125', 'number', '25.125'],
  ['25.125', 'text', 'HESABU_AMOUNT_AMBIGUOUS'],
  ['1e5', 'text', 'HESABU_AMOUNT_INVALID'],
  ['TRUE', 'boolean', 'HESABU_AMOUNT_INVALID'],
  ['#REF!', 'error', 'HESABU_AMOUNT_INVALID'],
] as const)('a fee of %s, a %s, is %s', (text, kind, expected) => {
  const { facts, rejects } = read(withCell(5, [text, kind]));
  expect(facts.length > 0 ? settledOf(facts[0]).fee : rejects[0]?.code).toBe(expected);
});

test.each([
  ['260601000000001000', 'number'],
  ['1234.5', 'number'],
  ['TRUE', 'boolean'],
  ['#REF!', 'error'],
  ['2026-06-02', 'date'],
  ['2.60601E+16', 'text'],
] as const)('an id that is %s, a %s, is refused', (text, kind) => {
  expect(read(withCell(1, [text, kind])).faults[0]).toMatch(/^4 transaction_id HESABU_(ID_CHANGED|FIELD_INVALID)$/);
});

test('an id of fifteen figures, and any text, is an id', () => {
  expect(read(withCell(1, ['123456789012345', 'number'])).faults).toEqual([]);
  expect(read(withCell(1, ['260601000000001001', 'text'])).faults).toEqual([]);
});
