// The bodies of a network by configuration, changed at random.

import { GENERIC } from '../../../src/providers/generic/generic.ts';
import { fuzzReaders } from '../fuzz.ts';
import { GENERIC_SAMPLE } from './sample.ts';

const settings = { currency: 'KES', mapping: (GENERIC_SAMPLE.account as { mapping: object }).mapping };
const body = { ref: 'A-1', id: 'T-1', paid: 1500.5, currency: 'KES', state: 'OK', at: '01/06/2026 14:59:00' };
const line = { ref: 'A-1', id: 'T-1', paid: '1500.50', currency: 'KES', fee: '15.25', day: '2026-06-02' };

fuzzReaders(GENERIC, {
  'a callback': { kind: 'webhook', body, settings },
  'a status': { kind: 'poll', body, settings },
  'a line of a report': { kind: 'settlement', body: line, settings },
});
