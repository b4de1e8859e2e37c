// Faults of the cluster that no new try mends.

import { HesabuError } from '../../domain/errors.ts';
import { unreachable } from './admin.ts';

/** HESABU_KAFKA_DENIED where the cluster says that this user may not; undefined for any other error. */
export function deniedBy(error: unknown): HesabuError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type = '', message } = cause as Error & { readonly type?: string };
    if (!type.endsWith('AUTHORIZATION_FAILED')) continue;
    return new HesabuError('HESABU_KAFKA_DENIED', { where: type, found: message }, error);
  }
  return undefined;
}

/** The same for who cannot go on without the cluster: HESABU_KAFKA_UNREACHABLE for the rest of what a client says. */
export function clusterFault(error: unknown): unknown {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return error;
  return deniedBy(error) ?? unreachable(error);
}
