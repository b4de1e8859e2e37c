// `hesabu serve`: the live service; it runs until a signal ends it.

import { runServiceProcess, type ServiceProcessOptions } from '../../service/service-process.ts';

export type RunServeOptions = ServiceProcessOptions;

/** Resolves with the exit code when the service has ended. */
export async function runServe(options: RunServeOptions): Promise<number> {
  return runServiceProcess(options);
}
