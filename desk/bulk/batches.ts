// What is done to many cases is done as a batch, which goes on after it was asked for.

import { get, Problem } from '../api/client.ts';

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
  for (let isFinished = false; ; ) {
    try {
      if (isFinished) return await get<BatchPage>(`/v1/batches/${id}?limit=${ROWS_MAX}`);
      isFinished = (await get<Batch>(`/v1/batches/${id}?limit=1`)).finished_at !== null;
      if (isFinished) continue;
    } catch (error) {
      // The batch goes on, whatever becomes of one question about it.
      if (!(error instanceof Problem) || !isPassing(error.body.status)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

/** No answer, too many questions, or a service that is busy or away. */
function isPassing(status: number): boolean {
  return status === 0 || status === 429 || status >= 502;
}
