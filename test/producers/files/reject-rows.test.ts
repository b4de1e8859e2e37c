// A file of rejects that is corrected and given back is read as the file that its rows are of.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRejectsCsv } from '../../../src/app/reports/csv.ts';
import { RejectList } from '../../../src/app/reports/reject-list.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { FILE_KINDS, type FileKind } from '../../../src/producers/formats/format.ts';
import { type Reading, read, SETTLEMENT_HEADER } from '../import-helpers.ts';

/** As `rejects.csv` has them. */
async function written({ rejects }: Reading): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'hesabu-rejects-'));
  const list = new RejectList();
  try {
    for (const reject of rejects) list.add(reject);
    await writeRejectsCsv(join(dir, 'rejects.csv'), list, list.columns);
    return readFileSync(join(dir, 'rejects.csv'), 'utf8');
  } finally {
    list.close();
    rmSync(dir, { recursive: true });
  }
}

interface Example {
  /** A file with one row, and what is wrong in it and how it is corrected. */
  readonly text: string;
  readonly wrong: string;
  readonly right: string;
  readonly yaml?: string;
}

const PLAIN: Readonly<Record<FileKind, string>> = {
  orders:
    'merchant,transaction_reference,amount,currency,placed_at,note\nduka,R1,@,KES,2026-06-01T08:00:00Z,"=1+1, ""b"""\n',
  callbacks:
    'event,transaction_reference,transaction_id,amount,currency,msisdn\npayment.success,R1,T1,@,KES,+254700000001\n',
  polls: 'transaction_reference,transaction_id,status,amount,currency\nR1,T1,success,@,KES\n',
  settlements: `${SETTLEMENT_HEADER}\nR1,T1,payment,@,KES,0.50,2026-06-02\n`,
  bank: 'account,bank_reference,value_date,amount,currency,narration\nKE-1,B1,2026-06-02,@,KES,"-from\nsomebody"\n',
};
const MAPPED = `
settlements:
  separator: ";"
  header_row: 3
  decimal: ","
  thousands: ["."]
  trailing_minus: true
  dates: ["dd/MM/yyyy"]
  columns: { transaction_reference: Message, transaction_id: Line, amount_received: File, settlement_date: Tag }
  constants: { type: adjustment, currency: KES, fee_deduction: "" }`;

const EXAMPLES: readonly (readonly [string, FileKind, Example])[] = [
  ...FILE_KINDS.map((kind) => [`CSV of ${kind}`, kind, { text: PLAIN[kind], wrong: '5.5.0', right: '5.50' }] as const),
  [
    'a mapped CSV with names like ours',
    'settlements',
    {
      ...{
        text: 'Title\n\nMessage;Line;File;Tag;Code\nR1;T1;@;02/06/2026;+x\n',
        yaml: MAPPED,
        wrong: '-1.234,5x',
        right: '-1.234,50',
      },
    },
  ],
  [
    'JSON lines',
    'polls',
    {
      text: '{"transaction_reference":"R1","transaction_id":"T1","status":"success","amount":"@","currency":"KES"}\n',
      ...{ wrong: '5.5.0', right: '5.50' },
    },
  ],
  [
    'a JSON report',
    'settlements',
    {
      text:
        '{"lines":[{"transaction_reference":"R1",' +
        '"transaction_id":"T1","type":"payment","amount_received":"@",' +
        '"currency":"KES","settlement_date":"2026-06-02"}]}',
      ...{ wrong: '5.5.0', right: '5.50' },
    },
  ],
  [
    'JSON with a mapping',
    'polls',
    {
      text: '[{"r":"R1","t":"T1","s":"ok","a":"@"}]',
      yaml:
        'polls: { decimal: ",", ' +
        'columns: { transaction_reference: r, transaction_id: t, status: s, amount: a }, ' +
        'constants: { currency: KES }, words: { status: { ok: success } } }',
      ...{ wrong: '5,5x', right: '5,50' },
    },
  ],
];

test.each(EXAMPLES)('%s', async (_, kind, { text, wrong, right, yaml }) => {
  const options = { mapping: yaml === undefined ? undefined : parseMappings(yaml, 'm.yaml')[kind] };
  const [bad, good] = await Promise.all([
    read(kind, text.replace('@', wrong), options),
    read(kind, text.replace('@', right), options),
  ]);
  expect([bad.facts.length, bad.rejects.length, good.facts.length]).toEqual([0, 1, 1]);
  const again = await read(kind, (await written(bad)).replaceAll(wrong, right), options);
  expect(again.faults).toEqual([]);
  expect(again.facts).toEqual(good.facts.map((fact) => ({ ...fact, raw: again.facts[0]!.raw })));
});

test('rows that are given back as they are have the same faults, and their own columns once', async () => {
  const text =
    'merchant,transaction_reference,amount,currency,placed_at,line,message\nduka,R1,x,KES,2026-06-01T08:00:00Z,L,M\n';
  const first = await read('orders', text);
  const again = await read('orders', await written(first));
  expect(again.faults).toEqual(first.faults);
  expect(again.rejects[0]?.original).toEqual(first.rejects[0]?.original);
});

test('a file with columns of these names in another order is no file of rejects', async () => {
  const text =
    'line,file,merchant,transaction_reference,amount,currency,placed_at\n1,f,duka,R1,5,KES,2026-06-01T08:00:00Z\n';
  expect((await read('orders', text)).facts).toHaveLength(1);
});
