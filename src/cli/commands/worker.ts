// `hesabu worker`: one of the processes that keep a ledger on Kafka up to date; it runs until a signal ends it.

import { readAsOf } from '../../app/as-of.ts';
import { HesabuError } from '../../domain/errors.ts';
import { runWorkerProcess } from '../../service/worker-process.ts';
import { durationIn, waitIn } from '../terminal/patience.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface RunWorkerOptions {
  readonly kafka: string;
  readonly data: string;
  readonly rules?: string;
  readonly asOf?: string;
  readonly future?: boolean;
  readonly clockConfirmed?: boolean;
  readonly session: string;
  readonly settling: string;
  readonly snapshotFacts?: string;
  readonly logLevel: string;
  readonly wait: string;
  /** `HOST:PORT` of /metrics and /readyz. */
  readonly metrics?: string;
}

/** Resolves with the exit code when the worker has ended. */
export async function runWorker(options: RunWorkerOptions): Promise<number> {
  const { kafka, data, rules, logLevel, snapshotFacts, future, clockConfirmed = false } = options;
  const asOf = options.asOf === undefined ? undefined : readAsOf(options.asOf, Date.now(), future);
  return runWorkerProcess({
    ...{ kafka, data, rules, logLevel, asOf, clockConfirmed, metrics: addressIn(options.metrics) },
    waitMillis: waitIn(options.wait),
    sessionMillis: wholeNumber('--session', options.session, 1, 300) * 1000,
    settlingMillis: durationIn('--settling', options.settling),
    snapshotFactsMin:
      snapshotFacts === undefined ? undefined : wholeNumber('--snapshot-facts', snapshotFacts, 1, 2 ** 31),
  });
}

function addressIn(at: string | undefined): { host: string; port: number } | undefined {
  if (at === undefined) return undefined;
  const colon = at.lastIndexOf(':');
  const [host, port] = [at.slice(0, Math.max(0, colon)), at.slice(colon + 1)];
  if (host === '') throw new HesabuError('HESABU_USAGE', { where: '--metrics', expected: 'HOST:PORT', found: at });
  return { host: host.replace(/^\[(.*)\]$/, '$1'), port: wholeNumber('--metrics', port, 0, 65_535) };
}
