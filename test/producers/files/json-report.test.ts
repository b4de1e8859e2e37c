// JSON reports: their lines one by one, and nothing of a report that does not end as it began.
import { describe, expect, test } from 'vitest';
import { read } from '../import-helpers.ts';

const refs = (reading: Awaited<ReturnType<typeof read>>) => reading.facts.map((fact) => fact.transaction_reference);

describe('a JSON report', () => {
  const line = (reference: string) =>
    `{"transaction_reference":"${reference}","type":"payment","amount_received":10.00,"currency":"UGX"}`;
  const HEAD = '{"report_id":77,"settlement_date":"2026-02-01","lines":[';
  const report = (...lines: string[]) => `${HEAD}${lines.join(',')}]}`;

  test('has its lines, numbered from 1, with its id and date', async () => {
    const pretty = JSON.stringify(JSON.parse(report(line('R1'), line('R2'))), null, 2);
    for (const text of [report(line('R1'), line('R2')), `${pretty}\n`]) {
      const { facts, faults, result } = await read('settlements', text);
      expect(faults).toEqual([]);
      expect(facts.map(({ raw, report: id }) => [raw, id])).toEqual([
        ['7/1', '77'],
        ['7/2', '77'],
      ]);
      expect(facts[0]?.body).toMatchObject({ gross: '10', settlement_date: '2026-02-01' });
      expect(result).toMatchObject({ rows: 2, rejected: 0 });
    }
  });

  test('can have no lines, members after them, and lines with a date of their own', async () => {
    expect((await read('settlements', report())).result.rows).toBe(0);
    expect((await read('settlements', report(' \n '))).result.rows).toBe(0);
    const own = line('R1').replace('{', '{"settlement_date":"2026-02-03",');
    const { facts, faults } = await read('settlements', `${HEAD}${own}],"count":1,"nested":{"lines":[1]}}\n`);
    expect(faults).toEqual([]);
    expect(facts[0]?.body).toMatchObject({ settlement_date: '2026-02-03' });
  });

  test.each([
    ['cut within a line', report(line('R1'), line('R2')).slice(0, -10), 2],
    ['cut between lines', `${HEAD}${line('R1')},`, 2],
    ['cut after its lines', `${HEAD}${line('R1')}]`, 2],
    ['cut before its lines', HEAD.slice(0, -5), 1],
    ['followed by more', `${report(line('R1'))}{}`, 2],
    ['with an extra comma', report(line('R1'), '', line('R3')), 2],
  ])('%s gives none of its lines (B11 partly)', async (_, text, at) => {
    const { facts, faults, result } = await read('settlements', text);
    expect([facts, faults]).toEqual([[], [`${at}  HESABU_JSON_INVALID`]]);
    expect(result.lack).not.toBe(null);
  });

  test.each<[string, string | Buffer, string[], string[]]>([
    [
      'with a broken line',
      report(line('R1'), line('R2').replace('10.00', 'NaN'), line('R3')),
      ['R1', 'R3'],
      ['2  HESABU_JSON_INVALID'],
    ],
    [
      'with a line of another shape',
      report(line('R1'), '[5]', '"x,]"', line('R3')),
      ['R1', 'R3'],
      ['2  HESABU_ROW_SHAPE', '3  HESABU_ROW_SHAPE'],
    ],
    [
      'with a line of 10 MB',
      report(line('R1'), line('x'.repeat(10_000_000)), line('R3')),
      ['R1', 'R3'],
      ['2  HESABU_ROW_TOO_LONG'],
    ],
    ['with a NUL byte', report(line('R1'), line('R\0'), line('R3')), ['R1', 'R3'], ['2  HESABU_ROW_ENCODING']],
    ['with brackets in texts', report(line('R1'), line('R]}\\",{['), line('R3')), ['R1', 'R]}",{[', 'R3'], []],
  ])('%s keeps its good lines', async (_, text, kept, faults) => {
    const reading = await read('settlements', text);
    expect(refs(reading)).toEqual(kept);
    expect(reading.faults).toEqual(faults);
    expect(reading.result).toMatchObject({ rows: kept.length + faults.length, rejected: faults.length });
  });

  test('and JSONL of lines are distinguished', async () => {
    const dated = (reference: string) =>
      line(reference).replace('{', '{"settlement_date":"2026-02-01","x":{"lines":[]},');
    const reading = await read('settlements', `${dated('R1')}\n${dated('R2')}\n`);
    expect(refs(reading)).toEqual(['R1', 'R2']);
  });
});
