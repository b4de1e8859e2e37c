// A file is redacted in any pieces it is read in, and every row stays on its line.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRedaction } from '../../../src/archive/privacy/file-redaction.ts';
import { Pseudonymiser } from '../../../src/archive/privacy/pseudonyms.ts';
import { pseudonym } from '../exchanges/given.ts';

const PHONE = '254712345678';
const HIDDEN = `#${pseudonym(PHONE)}`;
const JANE = `#${pseudonym('Jane "W", Wanjikũ')}`;

/** The redacted form of a text that is read in pieces of this many bytes. */
function kept(text: string, size: number): string {
  const redaction = new FileRedaction(new Pseudonymiser(pseudonym));
  const bytes = Buffer.from(text);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(redaction.push(bytes.subarray(at, at + size)));
  return Buffer.concat([...parts, redaction.end()]).toString();
}

const NOTES = ['two\nlines', `paid by ${PHONE}`].map((text) => `#${pseudonym(text)}`);

const CSV = [
  'line_id,transaction_id,msisdn,name,gross,note',
  `1,${PHONE},${PHONE},"Jane ""W"", Wanjikũ",1500.00,"two\nlines"`,
  `2,${PHONE},,,0.50,paid by ${PHONE}`,
  '',
];
const CSV_KEPT = [
  'line_id,transaction_id,msisdn,name,gross,note',
  `1,${PHONE},${HIDDEN},${JANE},1500.00,${NOTES[0]}`,
  `2,${PHONE},,,0.50,${NOTES[1]}`,
  '',
];
const line = (phone: string) => `{"transaction_id":"${PHONE}","payer":{"a":{"b":"}"},"phone":"${phone}"},"net":"1.00"}`;
const brace = `#${pseudonym('}')}`;
const hiddenLine = line(PHONE).replace('"}"', `"${brace}"`).replace(`"phone":"${PHONE}"`, `"phone":"${HIDDEN}"`);

const FILES: readonly (readonly [string, string, string])[] = [
  ['CSV', CSV.join('\n'), CSV_KEPT.join('\n')],
  ['CSV of Windows', CSV.join('\r\n'), CSV_KEPT.join('\r\n')],
  ['JSON by lines', `${line(PHONE)}\n${line(PHONE)}\n`, `${hiddenLine}\n${hiddenLine}\n`],
  [
    'a JSON report',
    `{"report":{"date":"2026-06-01"},"lines":[\n ${line(PHONE)},\n ${line(PHONE)}\n]}\n`,
    `{"report":{"date":"2026-06-01"},"lines":[\n ${hiddenLine},\n ${hiddenLine}\n]}\n`,
  ],
  [
    'a file with nothing to hide',
    'line_id;"gross"\n254712345678;"1,000.00"\n',
    'line_id;"gross"\n254712345678;"1,000.00"\n',
  ],
  ['nothing', '', ''],
];

describe('a redacted file', () => {
  it.each(FILES)('given %s, when it is read in any pieces, then no personal data is readable', (_, text, expected) => {
    expect(kept(text, 1_000_000)).toBe(expected);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), (size) => {
        expect(kept(text, size)).toBe(expected);
      }),
    );
  });
});

describe('a table that does not begin in the first line', () => {
  it('hides its titles, and its cells by its own names and by the fields that are read from them', () => {
    const redaction = new FileRedaction(new Pseudonymiser(pseudonym));
    const fields = [[], ['msisdn'], []];
    redaction.table({ line: 3, separator: ';', names: ['Ref', 'Contact 1', '客户姓名'], fields });
    const text = 'Account;Jane W\n\nRef;Contact 1;客户姓名\nR-1;call Jane;张三\n';
    const kept = [redaction.push(Buffer.from(text)), redaction.end()].join('');
    const hidden = (cell: string) => `#${pseudonym(cell)}`;
    expect(kept).toBe(
      `${hidden('Account')};${hidden('Jane W')}\n\nRef;Contact 1;客户姓名\nR-1;${hidden('call Jane')};${hidden('张三')}\n`,
    );
  });
});
