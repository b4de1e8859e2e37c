// Errors of the cluster that a retry cannot fix.

import { HesabuError } from '../../domain/errors.ts';
import { unreachable } from './admin.ts';

/** HESABU_KAFKA_DENIED if the cluster denies this user the operation; undefined for any other error. */
export function deniedBy(error: unknown): HesabuError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type = '', message } = cause as Error & { readonly type?: string };
    if (!type.endsWith('AUTHORIZATION_FAILED')) continue;
    return new HesabuError('HESABU_KAFKA_DENIED', { where: type, found: message }, error);
  }
  return undefined;
}

/** The same for callers that need the cluster: HESABU_KAFKA_UNREACHABLE for every other error of the client. */
export function clusterFault(error: unknown): unknown {
  if (!(error instanceof Error) || !error.name.startsWith('KafkaJS')) return error;
  return deniedBy(error) ?? unreachable(error);
}
