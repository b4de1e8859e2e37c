// The metrics of /metrics: the table of metrics over prom-client, and the process's own.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type Labels, METRICS, type Meter, type MetricName } from '../runtime/meter.ts';

/** From half a millisecond, an answer from memory, to ten seconds, after which no client waits. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** A label with more values than this is a mistake, and must not fill the memory. */
const SERIES_MAX = 2_000;

export class PromMeter implements Meter {
  private readonly registry = new Registry();
  private readonly counters = new Map<MetricName, Counter>();
  private readonly gauges = new Map<MetricName, Gauge>();
  private readonly histograms = new Map<MetricName, Histogram>();
  private readonly series = new Map<MetricName, Set<string>>();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const [key, { type, help, labels }] of Object.entries(METRICS)) {
      const name = key as MetricName;
      const about = { name, help, labelNames: [...labels], registers: [this.registry] };
      if (type === 'counter') this.counters.set(name, new Counter(about));
      else if (type === 'gauge') this.gauges.set(name, new Gauge(about));
      else this.histograms.set(name, new Histogram({ ...about, buckets: BUCKETS }));
    }
  }

  add(name: MetricName, labels: Labels = {}, by = 1): void {
    if (this.isWithin(name, labels)) this.counters.get(name)!.inc(labels, by);
  }

  set(name: MetricName, labels: Labels, value: number): void {
    if (this.isWithin(name, labels)) this.gauges.get(name)!.set(labels, value);
  }

  observe(name: MetricName, labels: Labels, seconds: number): void {
    if (this.isWithin(name, labels)) this.histograms.get(name)!.observe(labels, seconds);
  }

  /** Forgets every value of a gauge, so that values that no longer exist are no longer shown. */
  clear(name: MetricName): void {
    this.gauges.get(name)?.reset();
    this.series.delete(name);
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private isWithin(name: MetricName, labels: Labels): boolean {
    const values = Object.values(labels);
    if (values.length === 0) return true;
    let known = this.series.get(name);
    if (known === undefined) {
      known = new Set();
      this.series.set(name, known);
    }
    const key = values.join('\n');
    if (known.has(key)) return true;
    if (known.size >= SERIES_MAX) return false;
    known.add(key);
    return true;
  }
}
