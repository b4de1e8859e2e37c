// Facts as anybody may write them to a topic: what matching cannot compute with does not reach it.

import { expect, test } from 'vitest';
import type { Claim, Fact } from '../../src/domain/fact.ts';
import { isFromSource, topicOf } from '../../src/domain/fact.ts';
import { checkedFact } from '../../src/kafka/records/fact-check.ts';
import { BatchBuilder } from '../../src/log/value-frames.ts';
import { callback, line, t } from '../matching/given.ts';
import { refundRequest, statusChange } from '../matching/given-shop.ts';

function checked(claim: Claim): Fact | string {
  if (!isFromSource(claim)) throw new TypeError('a claim of a source');
  const fact: Fact = { ...claim, transaction_reference: 'A-1', received_at: 0, raw: '1/1', report: null, line: null };
  const builder = new BatchBuilder();
  builder.addFact(fact);
  const { payload } = builder.take();
  return checkedFact(topicOf(claim.body), payload, 4, payload.length);
}

test('further ids, later statuses and refunds of shops are facts as others', () => {
  const aliases = { receipt: 'R1', session: 'S1' };
  const claims = [
    callback({ aliases, hint: true, untimed: true }),
    line({ aliases, at: t('3 09:00') }),
    statusChange('paid', t('2 09:00')),
    refundRequest(),
  ];
  for (const claim of claims) expect(checked(claim)).toMatchObject(claim);
});

test('a refund is of an amount that its currency can have, above zero', () => {
  expect(checked(refundRequest({ amount: '-1.00' }))).toBe('a refund of -1.00');
  expect(checked(refundRequest({ amount: '0.00' }))).toBe('a refund of 0.00');
  expect(checked(refundRequest({ amount: '1' }))).toBe('amount 1 KES');
});
