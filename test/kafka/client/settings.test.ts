// The settings of a cluster: valid values of `--kafka`, and no error that repeats a password.
import { expect, test } from 'vitest';
import { brokersIn, kafkaSettings } from '../../../src/kafka/client/settings.ts';
import type { LoadedConfig } from '../../../src/service/config/config-file.ts';
import { withBrokers } from '../../../src/service/service-process.ts';

test('given brokers with commas between, when they are read, then each is HOST:PORT', () => {
  expect(brokersIn('kafka-1:9092, [::1]:9093')).toEqual(['kafka-1:9092', '[::1]:9093']);
  expect(() => brokersIn('kafka-1')).toThrowError('expected HOST:PORT, found kafka-1');
});

test.each(['shop:secret@kafka:9092', 'shop:s,ecret@kafka:9092', 'a:1,kafka://shop:se@cret@kafka:9092'])(
  'given a password in %s, when it is refused, then the error does not repeat it',
  (text) => {
    expect(() => brokersIn(text)).toThrowError(/HESABU_KAFKA_SETTINGS: --kafka: .*, found \.\.\.@kafka:9092\./);
    expect(() => brokersIn(text)).not.toThrowError(/cret/);
  },
);

test('given a configuration with a cluster, when brokers are given too, then the other settings stay', () => {
  const env = { HESABU_KAFKA_PREFIX: 'shop.', HESABU_KAFKA_TLS: 'true', HESABU_REGISTRY_URL: 'http://registry:8081' };
  const cluster = kafkaSettings('kafka:9092', env);
  const loaded = { cluster } as LoadedConfig;
  expect(withBrokers(loaded, 'other:9092').cluster).toEqual({ ...cluster, brokers: ['other:9092'] });
  expect(withBrokers(loaded, undefined)).toBe(loaded);
});
