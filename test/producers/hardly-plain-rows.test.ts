// Rows that look plain and are not: what the readers of texts refuse or trim is left to them.
import { describe, expect, test } from 'vitest';
import { parseMappings } from '../../src/producers/files/mapping-file.ts';
import { readBoth } from './both-readings.ts';

async function expectAlike(content: string): Promise<number> {
  const { plain, texts, taken } = await readBoth('orders', content);
  expect(plain).toEqual(texts);
  return taken;
}

describe('a row is left to the readers of texts for', () => {
  const HEADER = ['note', 'transaction_reference', 'merchant', 'amount', 'currency', 'placed_at'];
  const rowOf = (note: string, reference: string, merchant: string) =>
    [note, reference, merchant, '5.00', 'KES', '2026-06-01T08:00:00Z'] as const;
  const tableOf = (separator: string, ...rows: readonly (readonly string[])[]) =>
    `${[HEADER, rowOf('x', 'SO-1', 'a'), ...rows].map((cells) => cells.join(separator)).join('\n')}\n`;

  test.each(['"a\tb"', '"\ta"', '"a\t"', '"\t"'])('the tab in the cell %j of a table with tabs', async (cell) => {
    expect(await expectAlike(tableOf('\t', rowOf('x', 'SO-2', cell)))).toBe(1);
    expect(await expectAlike(tableOf('\t', rowOf(cell, 'SO-2', 'a')))).toBe(1);
  });

  test.each(['lines', 'list'])('a control character above ASCII letters, in JSON of %s', async (layout) => {
    const objects = ['a', 'a\u007fb', '\u007f'].map((merchant, at) =>
      JSON.stringify(Object.fromEntries(rowOf('x', `SO-${at}`, merchant).map((cell, nth) => [HEADER[nth], cell]))),
    );
    const content = layout === 'list' ? `[${objects.join()}]` : `${objects.join('\n')}\n`;
    // A list is read twice.
    expect(await expectAlike(content)).toBe(layout === 'list' ? 2 : 1);
  });

  test.each([' ', '\u00a0', ' \u3000', '" "', '"\ufeff"'])('the blank %j before a row of totals', async (blank) => {
    const columns = HEADER.slice(1).map((name) => `${name}: ${name}`);
    const mapping = parseMappings(`orders:\n  separator: ";"\n  columns: { ${columns.join(', ')} }`, 'm.yaml').orders;
    const content = tableOf(';', rowOf(blank, 'Total', 'a'), rowOf(blank, 'Tot-1', 'a'));
    const { plain, texts } = await readBoth('orders', content, { mapping });
    expect(plain).toEqual(texts);
    expect(plain.rejects.map(({ line, code }) => [line, code])).toEqual([[3, 'HESABU_ROW_SHAPE']]);
  });
});

test('a fact has room for the name of its source, however long', async () => {
  const rows = Array.from({ length: 40 }, (_, at) => `SO-${at},P-${at},succeeded,5.00,KES`);
  const content = `transaction_reference,transaction_id,status,amount,currency\n${rows.join('\n')}\n`;
  for (const size of [600, 3_000]) {
    const provider = 'é'.repeat(size);
    const { plain, texts, taken } = await readBoth('polls', content, { provider, account: 'main' });
    expect(plain).toEqual(texts);
    expect(taken).toBe(rows.length);
  }
});
