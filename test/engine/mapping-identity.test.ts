// A mapping is part of what a file is known again by, and is kept with the import.
import { expect, test } from 'vitest';
import { planImports } from '../../src/engine/import-plan.ts';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { Imports } from '../../src/projections/imports.ts';

async function planned(part: string) {
  const { settlements: mapping } = parseMappings(`settlements: { ${part} }`, 'm.yaml');
  const plan = await planImports(
    [{ path: 'none.csv', kind: 'settlements' }],
    new Imports({ read: () => [] }),
    '2026-06-01T00:00:00Z',
    () => ({ provider: 'p', mapping, reservations: undefined }),
    { statedAt: '2026-06-01T00:00:00Z', replaces: () => [], nameOf: (name) => name },
  );
  return plan[0]!.record;
}

test.each([
  ['zone: UTC, unit: minor', 'unit: minor, zone: UTC', true],
  ['words: { type: { A: fee, B: tax } }', 'words: { type: { B: tax, A: fee } }', true],
  ['columns: { type: A, line_id: B }', 'columns: { line_id: [B], type: { from: A } }', true],
  ['rows: { where: { A: [x], B: [y] } }', 'rows: { where: { B: y, A: x } }', true],
  ['dates: [d/M/yyyy, M/d/yyyy]', 'dates: [M/d/yyyy, d/M/yyyy]', false],
  ['columns: { type: [A, B] }', 'columns: { type: [B, A] }', false],
  ['columns: { amount_received: { plus: A, minus: B } }', 'columns: { amount_received: { plus: B, minus: A } }', false],
  ['words: { type: { A: fee } }', 'words: { type: { A: tax } }', false],
  ['rows: { where: { A: [x] } }', 'rows: { not: { A: [x] } }', false],
  ['header: "5"', 'header_row: 5', false],
  ['zone: UTC', 'zone: Africa/Nairobi', false],
])('%s and %s are one reading: %s', async (left, right, isOne) => {
  const [one, other] = await Promise.all([planned(left), planned(right)]);
  expect(one.reading === other.reading).toBe(isOne);
});

test('it is kept with the import as JSON', async () => {
  const { mapping } = await planned('zone: UTC, columns: { type: A }, words: { type: { In: payment } }');
  expect(JSON.parse(JSON.stringify(mapping))).toEqual({
    zone: 'UTC',
    columns: { type: { from: ['A'] } },
    constants: {},
    words: { type: { In: 'payment' } },
  });
});
