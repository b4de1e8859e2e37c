// The metrics for Prometheus.
import { describe, expect, test } from 'vitest';
import { PromMeter } from '../../src/http/metrics.ts';
import { METRICS, type MetricName } from '../../src/runtime/meter.ts';

const LINE = /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{\w+="(?:[^"\\\n]|\\.)*"(?:,\w+="(?:[^"\\\n]|\\.)*")*\})? \S+)$/;

function filled(): PromMeter {
  const meter = new PromMeter();
  for (const [name, { type, labels }] of Object.entries(METRICS)) {
    const values = Object.fromEntries(labels.map((label) => [label, `a "${label}"\n`]));
    if (type === 'counter') meter.add(name as MetricName, values, 2);
    else if (type === 'gauge') meter.set(name as MetricName, values, 1.5);
    else meter.observe(name as MetricName, values, 0.003);
  }
  return meter;
}

describe('the text of metrics', () => {
  test('has every metric of the table with its type, and every line is valid', async () => {
    const lines = (await filled().text()).split('\n').filter((line) => line !== '');
    expect(lines.filter((line) => !LINE.test(line))).toEqual([]);
    for (const [name, { type }] of Object.entries(METRICS)) {
      expect(lines).toContain(`# TYPE ${name} ${type}`);
      expect(lines.some((line) => line.startsWith(`${name}${type === 'histogram' ? '_count' : ''}`))).toBe(true);
    }
    expect(lines.some((line) => line.startsWith('process_resident_memory_bytes '))).toBe(true);
  });

  test('counters add up, gauges keep the last value, observations fall into their bucket', async () => {
    const meter = new PromMeter();
    meter.add('hesabu_facts_total', { topic: 'orders.v1' });
    meter.add('hesabu_facts_total', { topic: 'orders.v1' }, 4);
    meter.set('hesabu_keys', { standing: 'matched' }, 7);
    meter.set('hesabu_keys', { standing: 'matched' }, 6);
    meter.observe('hesabu_reconcile_seconds', {}, 0.003);
    const text = await meter.text();
    expect(text).toContain('hesabu_facts_total{topic="orders.v1"} 5\n');
    expect(text).toContain('hesabu_keys{standing="matched"} 6\n');
    expect(text).toContain('hesabu_reconcile_seconds_bucket{le="0.0025"} 0\n');
    expect(text).toContain('hesabu_reconcile_seconds_bucket{le="0.005"} 1\n');
  });

  test('forgets values that no longer exist', async () => {
    const meter = new PromMeter();
    meter.set('hesabu_breaks_open', { reason: 'AMOUNT_UNDER' }, 3);
    meter.clear('hesabu_breaks_open');
    expect(await meter.text()).not.toContain('AMOUNT_UNDER');
  });

  test('a label with too many values does not fill the memory', async () => {
    const meter = new PromMeter();
    for (let at = 0; at < 5_000; at++) meter.add('hesabu_polls_total', { account: `a${at}`, outcome: 'answered' });
    const lines = (await meter.text()).split('\n').filter((line) => line.startsWith('hesabu_polls_total{'));
    expect(lines).toHaveLength(2_000);
  });
});
