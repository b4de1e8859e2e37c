// The work of batches where something is in its way: it is told and tried again, and never ends the service.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Batch } from '../../../../src/http/api/batch.ts';
import { BatchRunner, type BatchRunnerParts } from '../../../../src/http/api/cases/batch-runner.ts';
import { SERVICE } from '../../../matching/given-decisions.ts';
import { StillClock } from '../../../service/ledger/given-live-ledger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SECOND = 1_000;

function given(unfinished: () => Batch | undefined) {
  const told: unknown[] = [];
  const catchUp = vi.fn();
  const runner = new BatchRunner({
    ...{ clock: new StillClock(), decisionKey: SERVICE },
    logger: { error: ({ err }: { readonly err: Error }) => void told.push(err.message) },
    ledger: { loop: { rules: { decision_keys: [] }, catchUp } },
    store: { unfinished },
  } as unknown as BatchRunnerParts);
  return { runner, told, catchUp };
}

test('looks again for a batch where the table could not be read', async () => {
  const unfinished = vi.fn<() => Batch | undefined>().mockImplementationOnce(() => {
    throw new Error('the disk is away');
  });
  const { runner, told } = given(unfinished);
  runner.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect([told, unfinished.mock.calls.length]).toEqual([['the disk is away'], 1]);
  await vi.advanceTimersByTimeAsync(SECOND);
  expect([told.length, unfinished.mock.calls.length]).toEqual([1, 2]);
  await runner.stop();
});

test('decides nothing while the rules do not name the key of the service', async () => {
  const { runner, told, catchUp } = given(() => ({ id: 'b-1' }) as Batch);
  runner.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(told).toEqual([expect.stringContaining('HESABU_DECISION_KEY_UNKNOWN')]);
  expect(catchUp).not.toHaveBeenCalled();
  await runner.stop();
});
