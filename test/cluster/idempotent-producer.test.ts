// A send without an answer may have arrived. The next send must not be taken for it: the broker would confirm it
// without storing it.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IdempotentProducer } from '../../src/kafka/client/idempotent-producer.ts';
import { makeKafka } from '../../src/kafka/client/settings.ts';
import { GivenLedger } from './given-ledger.ts';
import { ownEnvironment, ownSettings } from './harness/cluster.ts';
import { type CuttingProxy, PRODUCE, startProxy } from './harness/proxy.ts';
import { type Broker, startBroker } from './harness/servers.ts';

let broker: Broker;
let proxy: CuttingProxy;

beforeAll(async () => {
  proxy = await startProxy(() => broker.proxiedPorts[0]!);
  broker = await startBroker({ proxies: [proxy.port] });
}, 120_000);

afterAll(async () => {
  await broker.remove();
  await proxy.close();
});

test('a send after a failed one is in the topic', async () => {
  const environment = { ...ownEnvironment(), HESABU_KAFKA_BROKERS: broker.address };
  const ledger = await GivenLedger.make(1, environment);
  const topic = `${ledger.settings.prefix}polls.v1`;
  const kafka = makeKafka({ ...ownSettings(environment), brokers: [`127.0.0.1:${proxy.port}`] });
  const sender = new IdempotentProducer(kafka);
  const send = (value: string) => sender.send({ topic, messages: [{ partition: 0, value }] });
  try {
    await send('first');
    // It arrives; its answer does not, and no broker is reachable for as long as the client retries.
    proxy.refuse(true);
    proxy.cutNext('after', PRODUCE);
    await expect(send('arrived')).rejects.toThrow();
    proxy.refuse(false);
    await send('after it');
    const values: string[] = [];
    await ledger.readAll([topic], (_topic, { value }) => values.push(`${value}`));
    expect(values).toEqual(['first', 'arrived', 'after it']);
  } finally {
    await sender.close();
    await ledger.remove();
  }
});
