// All changes inside kafkajs, in one place. They replace parts of its internal files: in another version they could
// have no effect without any sign, or break what is sent, so any other version is refused.

import { createRequire } from 'node:module';
import { HesabuError } from '../../domain/errors.ts';
import { installConnections } from './connections.ts';
import { installFetchedRecords } from './fetched-records.ts';
import { installHighWatermarks } from './high-watermarks.ts';
import { installProduceRequest } from './produce-request.ts';
import { installTransactionCoordinators } from './transaction-coordinators.ts';

/** The version that the patches were made for and tested with. */
const VERSION = '2.2.4';

let isInstalled = false;

/** Patches kafkajs, once in a process. At another version it throws HESABU_KAFKA_CLIENT and changes nothing. */
export function installPatches(found: string = installedVersion()): void {
  if (found !== VERSION) throw new HesabuError('HESABU_KAFKA_CLIENT', { where: 'kafkajs', expected: VERSION, found });
  if (isInstalled) return;
  isInstalled = true;
  installProduceRequest();
  installFetchedRecords();
  installHighWatermarks();
  installConnections();
  installTransactionCoordinators();
}

function installedVersion(): string {
  const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { readonly version: string };
  return version;
}
