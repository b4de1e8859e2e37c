// Files that are cut: none is taken as whole in silence. A cut right after a row is seen by nobody but the portal's
// own figures: then the rows and sums that a run says are others.
import { describe, expect, test } from 'vitest';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { ORDER_HEADER, orderRow, read, SETTLEMENT_HEADER } from '../import-helpers.ts';

const LINE = (name: number) => `R${name},T${name},payment,125000.00,KES,1875.00,2026-02-01`;
const POLL = (name: number) => `{"transaction_reference":"R${name}","status":"failed"}`;
const JSON_LINE = (name: number) =>
  `{"transaction_reference":"R${name}","settlement_date":"2026-02-01","type":"payment","amount_received":"12.00",` +
  '"currency":"KES"}';
const OPENING = '<Document><BkToCstmrStmt><Stmt><Acct><Id><IBAN>KE1</IBAN></Id></Acct>';
const ENTRY =
  '<Ntry><Amt Ccy="KES">12.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><ValDt><Dt>2026-02-01</Dt></ValDt>' +
  '<AcctSvcrRef>B-1</AcctSvcrRef></Ntry>';

/** Each ends as its kind does. */
const FILES: readonly (readonly [name: string, kind: FileKind, text: string])[] = [
  ['orders, CSV', 'orders', `${[ORDER_HEADER, orderRow('R1'), orderRow('R2')].join('\n')}\n`],
  ['orders, CSV with CRLF', 'orders', `${[ORDER_HEADER, orderRow('R1'), orderRow('R2')].join('\r\n')}\r\n`],
  ['settlements, CSV', 'settlements', `${[SETTLEMENT_HEADER, LINE(1), LINE(2)].join('\n')}\n`],
  ['an amount last', 'settlements', lastAmount()],
  ['quotes', 'orders', `${ORDER_HEADER},note\n${orderRow('R1')},"a\nb"\n${orderRow('"R2"')},"c, d"\n`],
  ['polls, JSON lines', 'polls', `${POLL(1)}\n${POLL(2)}\n`],
  ['settlements, JSON lines', 'settlements', `${JSON_LINE(1)}\n${JSON_LINE(2)}\n`],
  ['a report', 'settlements', `{"settlement_date":"2026-02-01","lines":[${JSON_LINE(1)},${JSON_LINE(2)}]}`],
  ['a statement in XML', 'bank', `${OPENING}${ENTRY}${ENTRY}</Stmt></BkToCstmrStmt></Document>`],
];

function lastAmount(): string {
  const header = 'transaction_reference,transaction_id,type,currency,fee_deduction,settlement_date,amount_received';
  const row = (name: number) => `R${name},T${name},payment,KES,,2026-02-01,125000.00`;
  return `${header}\n${row(1)}\n${row(2)}\n`;
}

/** What a run says of a file: refused, told as perhaps cut or rejected in part, or its figures. */
async function told(kind: FileKind, text: Buffer): Promise<string> {
  try {
    const { result, facts } = await read(kind, text);
    if (result.lack !== null) {
      expect(facts).toEqual([]);
      return 'refused';
    }
    if (result.isPerhapsCut) return 'perhaps cut';
    return JSON.stringify([result.rows, result.rejected, result.sums]);
  } catch {
    return 'refused';
  }
}

/** Of the cuts within a value, one in so many is tried; all in a long run. */
const STRIDE = Number(process.env.HESABU_TEST_CUT_STRIDE ?? 6);

/** Beside a mark of the form: there a shorter file may look whole. */
function isEdge(bytes: Buffer, size: number): boolean {
  const isMark = (byte: number | undefined) => byte !== undefined && !/[\w.-]/.test(String.fromCharCode(byte));
  return [bytes[size - 1], bytes[size]].some(isMark);
}

describe('a file that is cut', () => {
  test.each(FILES)('at any byte is not taken as whole in silence: %s (B11)', async (_, kind, text) => {
    const bytes = Buffer.from(text);
    const whole = await told(kind, bytes);
    expect(whole).toMatch(/^\[2,0/);
    for (let size = 0; size < bytes.length; size++) {
      if (size % STRIDE !== 0 && !isEdge(bytes, size)) continue;
      const said = await told(kind, bytes.subarray(0, size));
      // Blanks after the end of a document are no part of it.
      expect([size, said]).not.toEqual([size, whole]);
    }
  });

  test('and told to end its lines is refused without its last line end (B11)', async () => {
    const mapping = { columns: new Map(), constants: new Map(), endsLines: true } as never;
    const text = `${[ORDER_HEADER, orderRow('R1'), orderRow('R2')].join('\n')}\n`;
    const whole = await read('orders', text, { mapping });
    expect([whole.facts.length, whole.result.lack]).toEqual([2, null]);
    const cut = await read('orders', text.slice(0, -1), { mapping });
    expect([cut.facts, cut.result.lack]).toEqual([
      [],
      { expected: 'a line end after the last row', found: 'a row without one' },
    ]);
  });
});
