// M-Pesa's bodies, changed at random.
import { MPESA } from '../../../src/providers/mpesa/mpesa.ts';
import { fuzzReaders } from '../fuzz.ts';
import {
  CONFIRMATION,
  error,
  PAID_OUT,
  pulled,
  REQUEST,
  REVERSED,
  result,
  STK_ACCEPTED,
  stkCallback,
  stkQuery,
  transaction,
} from './given-bodies.ts';

const about = { CheckoutRequestID: REQUEST, transaction_reference: 'ord-71' };

fuzzReaders(
  MPESA,
  {
    'an STK callback': { kind: 'webhook', body: stkCallback() },
    'an STK failure': { kind: 'webhook', body: stkCallback(1032, null) },
    'a confirmation': { kind: 'webhook', body: CONFIRMATION },
    'a reversal': { kind: 'webhook', body: result(0, REVERSED) },
    'a payout': { kind: 'webhook', body: result(0, PAID_OUT) },
    'a status': { kind: 'webhook', body: result(0, transaction('Completed')) },
    'a query': { kind: 'poll', body: stkQuery('0'), about },
    'a query that is too early': { kind: 'poll', body: error('500.001.1001', 'being processed'), about },
    'a pulled list': { kind: 'poll', body: pulled({}, { amount: '233.8' }) },
    'an answer to a request': { kind: 'initiation', body: STK_ACCEPTED, about },
  },
  'KES',
);
