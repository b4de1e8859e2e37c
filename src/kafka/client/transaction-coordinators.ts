// Which broker coordinates a producer's transactions. kafkajs asks for it twice in each transaction, before it adds
// partitions and before it ends it; here the answer counts for a second. A coordinator that moved refuses what it is
// asked: kafkajs then loads the metadata again before it tries again, and with that the answer is forgotten too.

import { createRequire } from 'node:module';

interface Sought {
  readonly groupId: string;
  readonly coordinatorType?: number;
}

interface Broker {
  readonly nodeId: number;
}

interface Cluster {
  findGroupCoordinator(sought: Sought): Promise<Broker>;
  /** Connected, if it can be. */
  findBroker(sought: Broker): Promise<Broker>;
  refreshMetadata(): Promise<void>;
}

interface ClusterClass {
  readonly prototype: Cluster;
}

/** As the protocol numbers them: https://kafka.apache.org/protocol#The_Messages_FindCoordinator */
const TRANSACTION = 1;

const KNOWN_MILLIS = 1_000;

interface Known extends Broker {
  /** As of `performance.now()`. */
  readonly until: number;
}

/** By cluster, which each producer has its own of, and by transactional id. */
const known = new WeakMap<object, Map<string, Known>>();

/** Makes kafkajs keep the coordinators of transactions; called once. */
export function installTransactionCoordinators(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/cluster/index.js') as ClusterClass;
  const { findGroupCoordinator, refreshMetadata } = prototype;
  prototype.findGroupCoordinator = async function findOnce(sought) {
    if (sought.coordinatorType !== TRANSACTION) return findGroupCoordinator.call(this, sought);
    const last = known.get(this)?.get(sought.groupId);
    if (last !== undefined && performance.now() < last.until) {
      const broker = await this.findBroker({ nodeId: last.nodeId }).catch(() => undefined);
      if (broker !== undefined) return broker;
    }
    const found = await findGroupCoordinator.call(this, sought);
    const now: Known = { nodeId: found.nodeId, until: performance.now() + KNOWN_MILLIS };
    known.set(this, new Map(known.get(this)).set(sought.groupId, now));
    return found;
  };
  prototype.refreshMetadata = function refreshAndForget() {
    known.delete(this);
    return refreshMetadata.call(this);
  };
}
