// The coordinator of a producer's transactions is asked for once, and again after anything that may have moved it.
import { createRequire } from 'node:module';
import { beforeAll, expect, test } from 'vitest';
import { installPatches } from '../../../src/kafka/client/patches.ts';

const [GROUP, TRANSACTION] = [0, 1];
const Cluster = createRequire(import.meta.url)('kafkajs/src/cluster/index.js');
beforeAll(() => installPatches());

/** A client whose coordinator is this broker; it counts how often it is asked for. */
function clusterWith(brokers: { coordinator: number; gone: number[] }) {
  let asked = 0;
  const logger = { debug: () => {}, namespace: () => logger };
  const cluster = Object.assign(Object.create(Cluster.prototype), {
    ...{ logger, brokerPool: {}, retrier: (work: (bail: (error: Error) => never) => unknown) => work(fail) },
    findGroupCoordinatorMetadata: async () => {
      asked++;
      return { coordinator: { nodeId: brokers.coordinator } };
    },
    findBroker: async ({ nodeId }: { nodeId: number }) => {
      if (brokers.gone.includes(nodeId)) throw new Error('refused');
      return { nodeId };
    },
  });
  for (const symbol of Object.getOwnPropertySymbols(new Cluster(CLIENT))) cluster[symbol] = async () => {};
  const find = (groupId: string, coordinatorType = TRANSACTION) =>
    cluster.findGroupCoordinator({ groupId, coordinatorType });
  return { cluster, find, asked: () => asked };
}

const fail = (error: Error): never => {
  throw error;
};
const LOGGER: object = { namespace: () => LOGGER };
const CLIENT = {
  logger: LOGGER,
  brokers: ['broker:1'],
  retry: {},
  socketFactory: () => {},
  allowAutoTopicCreation: false,
};

test('given a transaction, when the next one begins, then its coordinator is known', async () => {
  const { find, asked } = clusterWith({ coordinator: 2, gone: [] });
  expect([await find('a'), await find('a'), asked()]).toEqual([{ nodeId: 2 }, { nodeId: 2 }, 1]);
  await find('b');
  expect(asked()).toBe(2);
});

test('given a coordinator that moved, when the metadata are loaded again, then it is found where it is', async () => {
  const brokers = { coordinator: 2, gone: [] as number[] };
  const { cluster, find } = clusterWith(brokers);
  await find('a');
  brokers.coordinator = 3;
  expect(await find('a')).toEqual({ nodeId: 2 });
  await cluster.refreshMetadata();
  expect(await find('a')).toEqual({ nodeId: 3 });
});

test('given a coordinator that is gone, when it is needed, then it is looked for', async () => {
  const brokers = { coordinator: 2, gone: [] as number[] };
  const { find } = clusterWith(brokers);
  await find('a');
  Object.assign(brokers, { coordinator: 3, gone: [2] });
  expect(await find('a')).toEqual({ nodeId: 3 });
});

test('the coordinators of groups are looked for each time', async () => {
  const { find, asked } = clusterWith({ coordinator: 2, gone: [] });
  await find('a', GROUP);
  await find('a', GROUP);
  expect(asked()).toBe(2);
});
