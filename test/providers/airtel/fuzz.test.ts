// Airtel Money's bodies, changed at random.
import { AIRTEL } from '../../../src/providers/airtel/airtel.ts';
import { fuzzReaders } from '../fuzz.ts';

const settings = { currency: 'UGX' };
const transaction = { id: 'A1', message: 'Paid UGX 5,000. Charge 50', status_code: 'TS', airtel_money_id: 'MP1.2' };
const answer = {
  data: { transaction: { airtel_money_id: 'MP1.2', id: 'A1', message: 'success', status: 'TS', amount: 5000 } },
  status: { response_code: 'DP00800001006', code: '200', success: true, message: 'SUCCESS' },
};

fuzzReaders(AIRTEL, {
  'a callback': { kind: 'webhook', body: { transaction, hash: 'zPZQ' }, settings },
  'an enquiry': { kind: 'poll', body: answer, settings },
  'an answer to a request': { kind: 'initiation', body: answer, settings },
});
