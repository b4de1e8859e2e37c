// The texts of a bank's statement in XML: those of people are hidden in the service's archive, in chunks of any size.
import { expect, test } from 'vitest';
import { FileRedaction } from '../../../src/archive/privacy/file-redaction.ts';
import { Pseudonymiser } from '../../../src/archive/privacy/pseudonyms.ts';

const STATEMENT =
  '<?xml version="1.0"?>\n<n:Document><n:Ntry><n:Amt Ccy="KES">985.00</n:Amt><n:AcctSvcrRef>B1</n:AcctSvcrRef>' +
  '<n:Dbtr><n:Nm>Jane Doe</n:Nm></n:Dbtr><n:RmtInf><n:Ustrd>OF JANE</n:Ustrd></n:RmtInf>\n</n:Ntry></n:Document>\n';

function redacted(size: number): string {
  const redaction = new FileRedaction(new Pseudonymiser((text) => `p${text.length}`));
  const bytes = Buffer.from(STATEMENT);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(redaction.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...parts, redaction.end()]).toString('utf8');
}

test('names and texts are hidden, amounts and references stay', () => {
  const whole = redacted(10_000);
  expect(whole).not.toMatch(/Jane|JANE/);
  expect(whole).toContain('<n:Amt Ccy="KES">985.00</n:Amt><n:AcctSvcrRef>B1</n:AcctSvcrRef>');
  expect(whole).toContain('<n:Nm>#p8</n:Nm>');
  expect(whole.split('\n')).toHaveLength(STATEMENT.split('\n').length);
  for (const size of [1, 3, 17]) expect(redacted(size)).toBe(whole);
});
