// Errors of the client, in our words. Every call of the cluster passes them through here, so that no error of kafkajs
// reaches a caller as an unknown one.

import { HesabuError } from '../../domain/errors.ts';

/** HESABU_KAFKA_DENIED if the cluster denies this user the operation; undefined for any other error. */
export function deniedBy(error: unknown): HesabuError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type = '', message } = cause as Error & { readonly type?: string };
    if (!type.endsWith('AUTHORIZATION_FAILED')) continue;
    return new HesabuError('HESABU_KAFKA_DENIED', { where: type, found: message }, error);
  }
  return undefined;
}

/** Any error of a call as a HesabuError: its own, HESABU_KAFKA_DENIED, otherwise HESABU_KAFKA_UNREACHABLE. */
export function clusterFault(error: unknown): HesabuError {
  if (error instanceof HesabuError) return error;
  return deniedBy(error) ?? unreachable(error as Error);
}

export function unreachable(error: Error): HesabuError {
  return new HesabuError('HESABU_KAFKA_UNREACHABLE', { where: '--kafka', found: error.message }, error);
}

/** Whether the cluster or the registry was away: the same may succeed later. */
export function isAway(error: unknown): error is HesabuError {
  if (!(error instanceof HesabuError)) return false;
  return error.code === 'HESABU_KAFKA_UNREACHABLE' || error.code === 'HESABU_REGISTRY_UNREACHABLE';
}

/** Whether an error is the cluster's own answer, such as a topic that it does not know. */
export function isAnswer(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { type, name } = cause as Error & { readonly type?: string };
    if (type !== undefined || name.includes('SASL')) return true;
  }
  return false;
}
