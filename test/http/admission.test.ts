// The one place that says whether a webhook is taken now, for the webhook and for /readyz.
import { expect, test } from 'vitest';
import { HesabuError } from '../../src/domain/errors.ts';
import { Admission } from '../../src/http/admission.ts';
import { reasonsNotReady } from '../../src/service/readiness.ts';

const LOOP = { fault: null, unwritten: null, lagMillis: 0 };

test('refuses a webhook exactly while the service is not ready (F09)', () => {
  const storage = { fault: null as HesabuError | null };
  const admission = new Admission(() => 2, storage);
  const isReady = () => reasonsNotReady(new AbortController().signal, LOOP, admission).length === 0;
  const isTaken = () => {
    try {
      admission.enter('a webhook');
      return true;
    } catch {
      return false;
    }
  };
  expect([isReady(), isTaken(), isReady(), isTaken()]).toEqual([true, true, true, true]);
  expect([isReady(), isTaken()]).toEqual([false, false]);
  admission.leave();
  storage.fault = new HesabuError('HESABU_DISK_FULL');
  expect([isReady(), isTaken()]).toEqual([false, false]);
  storage.fault = null;
  expect([isReady(), isTaken()]).toEqual([true, true]);
});

test('while the ledger could not be written, the service is not ready: refunds would be refused (F09)', () => {
  const admission = new Admission(() => 2, { fault: null });
  const loop = { ...LOOP, unwritten: new HesabuError('HESABU_DISK_FULL') };
  const reasons = reasonsNotReady(new AbortController().signal, loop, admission);
  expect(reasons).toEqual(['the ledger: HESABU_DISK_FULL']);
});
