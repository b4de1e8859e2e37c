// Sends signed callbacks over raw sockets, so that the client costs little compared with the service. Each connection
// sends one request and waits for its response before it sends the next.

import { connect, type Socket } from 'node:net';
import { SignatureKey } from '../../src/providers/mfs-africa/signature.ts';

export const SECRET = 'the secret of a benchmark';
const key = new SignatureKey(SECRET);

/** The measurements of some requests: milliseconds, and responses by status. */
export interface Load {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** A callback of a successful payment, about as long as a gateway's. */
export function callback(reference: string, nth: number, at = new Date()): Buffer {
  const time = at.toISOString().replace(/\.\d+Z$/, 'Z');
  const body = Buffer.from(
    JSON.stringify({
      id: `ev-${reference}-${nth}`,
      event: 'payment.success',
      created_at: time,
      data: {
        transaction_reference: reference,
        transaction_id: `TX-${reference}`,
        request_id: `RQ-${reference}`,
        operator_transaction_id: `OP-${reference}`,
        amount: '1000.00',
        currency: 'KES',
        status: 'success',
        operator: 'MPESA_KE',
        msisdn: `2547${String(nth % 100_000_000).padStart(8, '0')}`,
        completed_at: time,
      },
    }),
  );
  const seconds = String(Math.floor(at.getTime() / 1000));
  const head = [
    'POST /webhooks/mfs-africa/main HTTP/1.1',
    'host: bench',
    'content-type: application/json',
    'user-agent: bench',
    `x-signature: t=${seconds},v1=${key.sign(seconds, body)}`,
    `content-length: ${body.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

/** Callbacks of new payments. */
export function callbacks(run: string, from: number, count: number, now = new Date()): Buffer[] {
  return Array.from({ length: count }, (_, at) => callback(`${run}-${from + at}`, from + at, now));
}

class Connection {
  private readonly socket: Socket;
  private text = '';
  private onAnswer: (status: string) => void = () => {};

  constructor(url: URL) {
    this.socket = connect(Number(url.port), url.hostname);
    this.socket.setNoDelay(true);
    this.socket.on('data', (bytes) => this.take(bytes.toString('latin1')));
  }

  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('connect', resolve);
      this.socket.once('error', reject);
    });
  }

  send(request: Buffer, onAnswer: (status: string) => void): void {
    this.onAnswer = onAnswer;
    this.socket.write(request);
  }

  end(): void {
    this.socket.destroy();
  }

  private take(text: string): void {
    this.text += text;
    const head = this.text.indexOf('\r\n\r\n');
    if (head < 0) return;
    const [, length] = /content-length: (\d+)/i.exec(this.text) ?? [];
    if (this.text.length < head + 4 + Number(length)) return;
    const status = this.text.slice(9, 12);
    this.text = '';
    this.onAnswer(status);
  }
}

class Tally {
  private readonly latencies: number[] = [];
  private readonly statuses: Record<string, number> = {};
  private readonly began = performance.now();

  add(status: string, millis: number): void {
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    this.latencies.push(millis);
  }

  result(): Load {
    const perSecond = this.latencies.length / ((performance.now() - this.began) / 1000);
    return { perSecond, statuses: this.statuses, ...percentiles(this.latencies) };
  }
}

export function percentiles(millis: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = Float64Array.from(millis).sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

async function withConnections<T>(url: string, count: number, act: (all: Connection[]) => Promise<T>): Promise<T> {
  const all = Array.from({ length: count }, () => new Connection(new URL(url)));
  try {
    await Promise.all(all.map((one) => one.ready()));
    return await act(all);
  } finally {
    for (const one of all) one.end();
  }
}

/** Sends as fast as the responses come. */
export function sendAll(url: string, requests: readonly Buffer[], connections: number): Promise<Load> {
  return withConnections(url, connections, async (all) => {
    const tally = new Tally();
    let next = 0;
    const work = (one: Connection) =>
      new Promise<void>((resolve) => {
        const go = () => {
          const request = requests[next++];
          if (request === undefined) return resolve();
          const sent = performance.now();
          one.send(request, (status) => {
            tally.add(status, performance.now() - sent);
            go();
          });
        };
        go();
      });
    await Promise.all(all.map(work));
    return tally.result();
  });
}

/**
 * Sends at this rate, whatever the responses do. Latency counts from the moment when a request was due, so that a wait
 * for a free connection is not hidden.
 */
export function sendSteadily(
  url: string,
  requests: readonly Buffer[],
  connections: number,
  perSecond: number,
): Promise<Load> {
  return withConnections(url, connections, async (all) => {
    const tally = new Tally();
    const free = [...all];
    const began = performance.now();
    let [next, done] = [0, 0];
    await new Promise<void>((resolve) => {
      const push = () => {
        const due = Math.min(requests.length, Math.floor(((performance.now() - began) / 1000) * perSecond));
        while (next < due && free.length > 0) {
          const at = next++;
          const one = free.pop()!;
          one.send(requests[at]!, (status) => {
            tally.add(status, performance.now() - began - (at / perSecond) * 1000);
            free.push(one);
            if (++done === requests.length) resolve();
          });
        }
        if (done < requests.length) setTimeout(push, 1);
      };
      push();
    });
    return tally.result();
  });
}
