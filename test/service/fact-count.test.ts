// Facts are counted from the ends of the log, whatever their source.

import { expect, test } from 'vitest';
import { FactCount } from '../../src/service/fact-count.ts';

test('given facts before and after the start, then only those after the start are counted, once, by topic', () => {
  const ends = new Map([['orders.v1 0', 5n]]);
  const counts = new Map<string, number>();
  const log = { partitions: 2, end: (topic: string, partition: number) => ends.get(`${topic} ${partition}`) ?? 0n };
  const meter = {
    add: (name: string, labels: { topic?: string } = {}, by = 1) => {
      counts.set(`${name} ${labels.topic}`, (counts.get(`${name} ${labels.topic}`) ?? 0) + by);
    },
  };
  const facts = new FactCount(log, meter);
  ends.set('orders.v1 0', 7n).set('orders.v1 1', 1n).set('settlements.v1 1', 4n);
  facts.count();
  facts.count();
  facts.count();
  expect(Object.fromEntries(counts)).toEqual({
    'hesabu_facts_total orders.v1': 3,
    'hesabu_facts_total callbacks.v1': 0,
    'hesabu_facts_total polls.v1': 0,
    'hesabu_facts_total settlements.v1': 4,
    'hesabu_facts_total decisions.v1': 0,
  });
});
