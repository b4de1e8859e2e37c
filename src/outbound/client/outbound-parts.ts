// What the gateway of a provider calls with: the client of outgoing calls, and where an account's limits are stored.

import type { OutgoingClient } from './client.ts';
import type { BucketMemory } from './token-bucket.ts';

export interface OutboundParts {
  readonly client: Pick<OutgoingClient, 'call'>;
  /** Keeps the limits over a restart; absent in a process that makes few calls. */
  readonly memory?: BucketMemory;
}
