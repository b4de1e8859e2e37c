// What asks the service as a page does: with a key, and patient where the ledger reads every key first.

// biome-ignore lint/suspicious/noExplicitAny: a program of measurements reads what it needs of each answer.
export type Json = any;

const TRIES = 30;
/** A question takes of the core that the batch needs; the page asks every 400 ms. */
const POLL_MILLIS = 50;

export class Client {
  private readonly url: string;
  private readonly key: string;
  private sent = 0;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  async ask(path: string, body?: string | Buffer): Promise<Buffer> {
    const headers = {
      ...{ authorization: `Bearer ${this.key}`, 'idempotency-key': `bench-${process.pid}-${this.sent++}` },
      'content-type': typeof body === 'string' ? 'application/json' : 'application/octet-stream',
    };
    const request = body === undefined ? { headers } : { method: 'POST', headers, body };
    const send = () => fetch(this.url + path, request as RequestInit);
    // The service ends a connection that was idle while this program worked at a workbook.
    const answer = await send().catch(send);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${bytes.subarray(0, 500)}`);
    return bytes;
  }

  async json(path: string, body?: object): Promise<Json> {
    return JSON.parse(String(await this.ask(path, body === undefined ? undefined : JSON.stringify(body))));
  }

  /** Asks again while the ledger reads every key, as it does when it takes new rules. */
  async patient(path: string): Promise<Json> {
    for (let at = 0; ; at++) {
      try {
        return await this.json(path);
      } catch (error) {
        if (at === TRIES || !String(error).includes('HESABU_OVERLOADED')) throw error;
      }
    }
  }

  /** Counts, begins, and waits for the last row. */
  async bulk(body: object): Promise<Json> {
    const { token } = await this.json('/v1/cases/bulk/preview', body);
    if (token === null) return { counts: { done: 0 } };
    const { id } = await this.json('/v1/cases/bulk', { token });
    for (;;) {
      const batch = await this.json(`/v1/batches/${id}?limit=1`);
      if (batch.finished_at !== null) return batch;
      await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
    }
  }
}
