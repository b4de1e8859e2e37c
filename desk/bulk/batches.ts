// What is done to many cases is done as a batch, which goes on after it was asked for.

import { get } from '../api/client.ts';

export type RowStatus = 'waiting' | 'done' | 'unchanged' | 'refused';
export type Counts = Readonly<Partial<Record<RowStatus, number>>>;

export interface Batch {
  readonly id: string;
  readonly at: string;
  /** Null of a workbook, each row of which says itself what to do. */
  readonly act: { readonly act: string } | null;
  readonly finished_at: string | null;
  readonly withdrawn_by: string | null;
  readonly counts: Counts;
}

export interface BatchRow {
  readonly number: number;
  readonly line: number | null;
  readonly key: string;
  readonly status: RowStatus;
  readonly code: string | null;
  readonly message: string | null;
  readonly state: string | null;
}

export interface BatchPage extends Batch {
  readonly rows: readonly BatchRow[];
}

const POLL_MILLIS = 400;
const ROWS_MAX = 1_000;

/** Waits until every row of a batch has its outcome; resolves with the first 1,000. */
export async function finished(id: string): Promise<BatchPage> {
  for (;;) {
    const batch = await get<Batch>(`/v1/batches/${id}?limit=1`);
    if (batch.finished_at !== null) return get<BatchPage>(`/v1/batches/${id}?limit=${ROWS_MAX}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}
