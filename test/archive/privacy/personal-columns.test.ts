// Rows are shown without their personal data.

import { expect, test } from 'vitest';
import { hidePersonal } from '../../../src/archive/privacy/personal-columns.ts';

const HEADER = 'merchant,transaction_reference,msisdn,ip,device_id,amount';

test.each([
  ['m,R1,+254712345678,10.0.0.1,abc,5.00', 'm,R1,(hidden),(hidden),(hidden),5.00'],
  ['m,R1,,,,5.00', 'm,R1,,,,5.00'],
  ['"m, inc",R1,"+254 712",,,5.00', '"m, inc",R1,(hidden),,,5.00'],
])('the cells of a CSV row: %s', (row, shown) => {
  expect(hidePersonal(row, `\ufeff${HEADER}`)).toBe(shown);
});

test('a row without such columns is shown unchanged', () => {
  expect(hidePersonal('a,"b ""c""" ,1', 'x,y,z')).toBe('a,"b ""c""" ,1');
});

test.each([
  ['{"data":{"msisdn":"+254\\"7","amount":"5"}}', '{"data":{"msisdn":"(hidden)","amount":"5"}}'],
  ['{"msisdn" : 254712345678,"x":1}', '{"msisdn" : "(hidden)","x":1}'],
  ['{"ip":"10.0.0.1","device_id":"d"}', '{"ip":"(hidden)","device_id":"(hidden)"}'],
])('the members of a JSON row: %s', (row, shown) => {
  expect(hidePersonal(row, row)).toBe(shown);
});
