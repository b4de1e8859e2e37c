// For tests of work on many cases at once: previews, batches and what became of their rows.

import { expect } from 'vitest';
import type { Answered } from './given-api.ts';
import type { Desk } from './given-cases.ts';

type Asker = Parameters<Desk['post']>[0];

let asked = 0;

export interface BulkRow {
  readonly case: string;
  readonly key: string;
  readonly status: string;
  readonly code: string | null;
  readonly state: string | null;
}

/** Asks what an act would come to, does it, and resolves with the finished batch. */
export async function bulk(desk: Desk, by: Asker, body: object) {
  const preview = await desk.post(by, '/v1/cases/bulk/preview', body);
  if (preview.json.token === null) return { preview: preview.json, batch: null };
  const begun = await desk.post(by, '/v1/cases/bulk', { token: preview.json.token }, `bulk-${asked++}`);
  return { preview: preview.json, batch: await finished(desk, by, begun) };
}

export async function finished(desk: Desk, by: Asker, begun: Answered) {
  expect([begun.status, begun.json.code]).toEqual([202, undefined]);
  const { batches } = desk.given.parts.tables;
  const isFinished = () => batches.get(begun.json.id)!.finished_at !== null;
  await expect.poll(isFinished, { interval: 5, timeout: 30_000 }).toBe(true);
  return batchOf(desk, by, begun.json.id);
}

export async function batchOf({ given }: Desk, by: Asker, id: string) {
  const sender = typeof by === 'string' ? { key: by } : { headers: by };
  return (await given.ask({ url: `/v1/batches/${id}`, ...sender })).json;
}

export function outcomes({ rows }: { readonly rows: readonly BulkRow[] }): (string | null)[][] {
  return rows.map(({ key, status, code }) => (code === null ? [key, status] : [key, status, code])).sort();
}
