// A request that is paid, of which the query names neither the amount nor the receipt, beside receipts of a statement.

import { describe, it } from 'vitest';
import { callback, given, line, order, poll, t } from './given.ts';

/** A request as M-Pesa's query tells it: by its own id alone. */
const asked = (request_id: string, more: Parameters<typeof poll>[0] = {}) =>
  poll({ payment: null, request_id, amount: null, at: t('2 08:10'), ...more });
const receipt = (payment: string, gross = '1000.00') => line({ id: payment, payment, gross, fee: null });
const matched = { payment: 'matched', settlement: 'matched' } as const;

describe('a request that is paid without an amount', () => {
  it('is the payment of the only receipt that names no request', () => {
    given(order(), asked('ws_1'), receipt('TAB1')).at(t('9 00:00')).shows(matched);
  });

  it('is that of a callback that names the receipt alone', () => {
    given(order(), asked('ws_1'), callback({ payment: 'TAB1' }), receipt('TAB1'))
      .at(t('9 00:00'))
      .shows(matched);
  });

  it('stands alone while there is no receipt', () => {
    given(order(), asked('ws_1'))
      .at(t('9 00:00'))
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['SETTLEMENT_MISSING'] });
  });

  it('is not the receipt that another request names', () => {
    const named = callback({ payment: 'TAB1', request_id: 'ws_1' });
    given(order(), named, receipt('TAB1'), asked('ws_2'))
      .at(t('9 00:00'))
      .shows({ payment: 'matched', settlement: 'unmatched', found: ['SETTLEMENT_MISSING'] });
  });

  it('leaves the second receipt a payment of its own', () => {
    given(order(), asked('ws_1'), receipt('TAB1'), receipt('TAB2'))
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'matched', found: ['DUPLICATE_PAYMENT'] });
  });

  it('is not a receipt of another amount than was asked for', () => {
    const begun = asked('ws_1', { status: 'initiated', amount: '900.00', at: t('2 08:04') });
    given(order({ amount: '900.00' }), begun, asked('ws_1'), receipt('TAB1', '700.00'))
      .at(t('9 00:00'))
      .shows({ payment: 'unmatched', settlement: 'unmatched', found: ['DUPLICATE_PAYMENT', 'SETTLEMENT_MISSING'] });
  });
});

describe('a request that failed', () => {
  it('is no receipt', () => {
    given(order(), asked('ws_1', { status: 'failed' }), receipt('TAB1'))
      .at(t('9 00:00'))
      .shows(matched);
  });
});
