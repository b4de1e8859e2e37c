// MTN MoMo's bodies, changed at random.
import { MTN_MOMO } from '../../../src/providers/mtn-momo/mtn-momo.ts';
import { fuzzReaders } from '../fuzz.ts';

const about = { 'X-Reference-Id': '8a6c3a4e-0b57-4f43-9c0b-1d2e3f405162' };
const body = {
  ...{ financialTransactionId: '23503452', externalId: 'ord-77', amount: '100', currency: 'UGX', status: 'FAILED' },
  ...{ payer: { partyIdType: 'MSISDN', partyId: '256772123456' }, reason: { code: 'EXPIRED', message: 'x' } },
};

fuzzReaders(MTN_MOMO, {
  'a callback': { kind: 'webhook', body },
  'a status answer': { kind: 'poll', body, about },
  'an answer to a request': { kind: 'initiation', body: { code: 'PAYER_NOT_FOUND', message: 'x' }, about },
});
