// Bodies that are not JSON: forms, tables, XML, text, and what is too long or no text at all.
import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BODY_BYTES_MAX, Redactor } from '../../../src/archive/privacy/redactor.ts';
import { pseudonym } from '../exchanges/given.ts';

const redactor = new Redactor(pseudonym);
const PHONE = '254712345678';
const HIDDEN = `#${pseudonym(PHONE)}`;
const AT_HOME = '0712345678';
const HIDDEN_AT_HOME = `#${pseudonym(AT_HOME)}`;
const JANE = `#${pseudonym('Jane Wanjiku')}`;
const kept = (body: string, type = '') => redactor.body(Buffer.from(body), type).text;

describe('other bodies', () => {
  it('text, which is in the words of a network', () => {
    expect(kept(`Not paid by ${PHONE} of Kenya`)).toBe(`Not paid by ${HIDDEN} of Kenya`);
  });

  it('forms', () => {
    const body = `phone=%2B${PHONE}&ref=A%20B&amount=1%2C000.00`;
    const expected = `phone=%23${pseudonym(PHONE)}&ref=A%20B&amount=1%2C000.00`;
    expect(kept(body, 'application/x-www-form-urlencoded')).toBe(expected);
  });

  it('tables, by their column names', () => {
    const body = `line_id,msisdn,gross\r\n254712345678,${PHONE},"1,000.00"\r\n`;
    const expected = `line_id,msisdn,gross\r\n254712345678,${HIDDEN},"1,000.00"\r\n`;
    expect(kept(body, 'text/csv')).toBe(expected);
  });

  it('tables with a column of names and one of numbers', () => {
    const body = `line_id,name,account_number,transaction_no\n1,Jane Wanjiku,${AT_HOME},${AT_HOME}\n`;
    const expected = `line_id,name,account_number,transaction_no\n1,${JANE},${HIDDEN_AT_HOME},${AT_HOME}\n`;
    expect(kept(body, 'text/csv')).toBe(expected);
  });

  it('tables without personal data stay as written', () => {
    const body = 'line_id;"gross"\n254712345678;"1,000.00"\n';
    expect(kept(body, 'text/csv; charset=utf-8')).toBe(body);
  });

  it('XML', () => {
    const body = `<a:pay><a:msisdn type="x">${PHONE}</a:msisdn><mfsTransId>${PHONE}</mfsTransId></a:pay>`;
    const expected = `<a:pay><a:msisdn type="x">${HIDDEN}</a:msisdn><mfsTransId>${PHONE}</mfsTransId></a:pay>`;
    expect(kept(body)).toBe(expected);
  });

  it('a binary body is stored only as its length and hash', () => {
    const body = Buffer.from([0x1f, 0x8b, 8, 0, 255]);
    expect(redactor.body(body, '')).toEqual({
      text: '',
      original: { bytes: 5, sha256: hash('sha256', body, 'hex') },
    });
  });

  it('a long body is cut between two characters and stored with the length and hash of the whole', () => {
    const body = Buffer.from(`{"msisdn":"${PHONE}","filler":"${'é'.repeat(BODY_BYTES_MAX)}"}`);
    const { text, original } = redactor.body(body, '');
    expect(original).toEqual({ bytes: body.length, sha256: hash('sha256', body, 'hex') });
    expect(text.slice(0, 40)).toBe(`{"msisdn":"${HIDDEN}","fill`.slice(0, 40));
    expect([text.at(-1), text.includes('\ufffd')]).toEqual(['é', false]);
  });
});
