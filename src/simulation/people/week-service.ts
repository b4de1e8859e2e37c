// The service on the ledger of a simulated week, as anybody would run it there.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { stringify } from 'yaml';
import { HesabuError } from '../../domain/errors.ts';
import type { Clock } from '../../runtime/clock.ts';
import { loadConfig, type Service, startService } from '../../service/service.ts';
import type { DemoPlaces } from '../marketplace/demo-directory.ts';

interface WeekServiceOptions {
  readonly places: DemoPlaces;
  readonly clock: Clock;
  /** 0 for any that is free. */
  readonly port: number;
  /** Who works a case, as the service's configuration says it. */
  readonly routing: readonly object[];
  readonly logger: Logger;
  readonly onFailure: (error: HesabuError) => void;
}

/** Nobody waits longer than needed for the ledger to read what he said. */
const RECONCILE_EVERY = 'PT0.005S';

/** On this port, or on any that is free. */
export async function startWeekService(options: WeekServiceOptions): Promise<Service> {
  const { places, clock, port, routing, logger, onFailure } = options;
  writeFileSync(
    places.config,
    stringify({
      data: places.ledger,
      rules: join(places.shop, 'rules.yaml'),
      listen: { host: '127.0.0.1', port },
      limits: { reconcile_every: RECONCILE_EVERY },
      sessions: { idle: 'PT12H' },
      desk: { routing },
      log: { level: 'warn' },
    }),
  );
  try {
    return await startService(loadConfig(places.config), { clock, logger, onFailure });
  } catch (error) {
    if (port === 0 || !(error instanceof HesabuError) || error.code !== 'HESABU_LISTEN_FAILED') throw error;
    return startWeekService({ ...options, port: 0 });
  }
}
