// Paga's bodies, changed at random.
import { PAGA } from '../../../src/providers/paga/paga.ts';
import { fuzzReaders } from '../fuzz.ts';
import { collected, details, notification, REQUESTED } from './given-bodies.ts';

fuzzReaders(
  PAGA,
  {
    'a notification': { kind: 'webhook', body: notification() },
    'a callback': { kind: 'webhook', body: collected('2') },
    'a status': { kind: 'poll', body: collected('0') },
    'the details of a transaction': { kind: 'poll', body: details() },
    'a list of transactions': { kind: 'poll', body: { responseCode: 0, items: [details(), details()] } },
    'an answer to a request': { kind: 'initiation', body: REQUESTED },
  },
  'NGN',
);
