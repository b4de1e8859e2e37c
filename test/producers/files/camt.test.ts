// Statements in ISO 20022 camt.053: booked entries as rows of the bank's format, and hostile XML refused.
import { describe, expect, test } from 'vitest';
import { CamtReader } from '../../../src/producers/files/camt.ts';
import { parseMappings } from '../../../src/producers/files/mapping-file.ts';
import { read } from '../import-helpers.ts';

const entry = (more: string, { amount = '985.00', sign = 'CRDT', status = '<Sts><Cd>BOOK</Cd></Sts>' } = {}) =>
  `<Ntry><Amt Ccy="KES">${amount}</Amt><CdtDbtInd>${sign}</CdtDbtInd>${status}` +
  `<BookgDt><Dt>2026-06-02</Dt></BookgDt><ValDt><DtTm>2026-06-03T00:00:00+03:00</DtTm></ValDt>${more}</Ntry>`;
const details = (text: string) =>
  `<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="USD">7.58</Amt>` +
  `<RmtInf><Ustrd>${text}</Ustrd></RmtInf></TxDtls></NtryDtls>`;
const statement = (...entries: string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">` +
  `<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr><Stmt><Acct><Id><IBAN>KE01</IBAN></Id><Ccy>KES</Ccy></Acct>\n` +
  `${entries.join('\n')}\n</Stmt></BkToCstmrStmt></Document>`;

const MAPPING = parseMappings(
  'bank: { columns: { payout_id: { from: narration, pattern: "PSTK_([0-9]+)" } } }',
  'm.yaml',
).bank!;

describe('a statement', () => {
  test('gives a row for each booked entry, with the payout that its text names', async () => {
    const rows = [
      entry(`<AcctSvcrRef>B1</AcctSvcrRef>${details('PAYSTACK PSTK_77 &amp; CO')}`),
      entry('<NtryRef>B2</NtryRef>', { amount: '20.00', sign: 'DBIT', status: '<Sts>BOOK</Sts>' }),
      entry('<NtryRef>B3</NtryRef>', { status: '<Sts><Cd>PDNG</Cd></Sts>' }),
    ];
    const { facts, faults } = await read('bank', statement(...rows), { mapping: MAPPING });
    expect(faults).toEqual([]);
    expect(facts.map(({ transaction_reference, raw }) => [transaction_reference, raw.split('/')[1]])).toEqual([
      ['!mfs-africa:77', '3'],
      ['!mfs-africa:B2', '4'],
    ]);
    expect(facts.map(({ body }) => body)).toMatchObject([
      { bank_account: 'KE01', amount: '985.00', currency: 'KES', value_date: '2026-06-03', bank_reference: 'B1' },
      { amount: '-20.00', bank_reference: 'B2', narration: null },
    ]);
  });

  test('with prefixes of namespaces, in chunks of any size, is the same', async () => {
    const text = statement(entry('<AcctSvcrRef>B\u00e91</AcctSvcrRef>'));
    const records = (bytes: Buffer, size: number) => {
      const found: (readonly string[])[] = [];
      const reader = new CamtReader({ record: (cells) => found.push(cells), broken: (_, what) => found.push([what]) });
      for (let at = 0; at < bytes.length; at += size) reader.chunk(bytes.subarray(at, at + size));
      reader.end();
      return found;
    };
    const whole = records(Buffer.from(text), 1e6);
    expect(whole).toEqual([['KE01', 'B\u00e91', '2026-06-03', '985.00', 'KES', '', '', '']]);
    for (const size of [1, 7]) expect(records(Buffer.from(text), size)).toEqual(whole);
    const prefixed = text.replaceAll(/<(\/?)([A-Z])/g, '<$1n:$2').replace('xmlns=', 'xmlns:n=');
    expect(records(Buffer.from(prefixed), 1e6)).toEqual(whole);
  });

  test.each([
    [
      'entities that grow',
      `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${statement()}`,
      'a document type',
    ],
    ['an entity of its own', statement(entry('<NtryRef>&b;</NtryRef>')), 'undefined entity.'],
    ['an entity of the machine', `<!DOCTYPE a SYSTEM "file:///etc/hostname">${statement()}`, 'a document type'],
    ['great depth', statement('<a>'.repeat(100_000)), 'elements deeper than a statement has'],
    ['a long text', statement(`<a>${'x'.repeat(300_000)}</a>`), 'a text that is longer than a statement has'],
    ['a long tag', statement(`<a b="${'x'.repeat(300_000)}"/>`), 'a text that is longer than a statement has'],
    ['another encoding', '<?xml version="1.0" encoding="ISO-8859-1"?><Document/>', 'the encoding ISO-8859-1'],
    ['another document', '<Invoice><Id/></Invoice>', 'another document'],
    ['an entry of no side', statement(entry('', { sign: '' })), 'an entry that is neither CRDT nor DBIT'],
    ['two amounts', statement(entry('<Amt Ccy="KES">99.00</Amt>')), 'an entry with two amounts'],
    ['a cut', statement(entry('')).slice(0, -40), 'unclosed tag'],
  ])('with %s is refused', async (_, text, found) => {
    const { facts, rejects } = await read('bank', text);
    expect(facts.length).toBeLessThan(2);
    expect(rejects.at(-1)).toMatchObject({ code: 'HESABU_XML_INVALID' });
    expect(rejects.at(-1)?.message).toContain(found);
  });
});

test('a pattern is of RE2, and one that backtracks is none', () => {
  const written = (pattern: string) =>
    `bank: { columns: { payout_id: { from: narration, pattern: ${JSON.stringify(pattern)} } } }`;
  expect(() => parseMappings(written('(?=a)b'), 'm.yaml')).toThrow('HESABU_MAPPING_INVALID');
  expect(() => parseMappings(written('(a+)+$'), 'm.yaml')).not.toThrow();
});
