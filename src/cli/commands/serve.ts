// `hesabu serve`: the live service; it runs until a signal ends it.

import { runServiceProcess, type ServiceProcessOptions } from '../../service/service-process.ts';
import { waitIn } from '../terminal/patience.ts';

export interface RunServeOptions extends Omit<ServiceProcessOptions, 'waitMillis'> {
  readonly wait: string;
}

/** Resolves with the exit code when the service has ended. */
export async function runServe(options: RunServeOptions): Promise<number> {
  return runServiceProcess({ ...options, waitMillis: waitIn(options.wait) });
}
