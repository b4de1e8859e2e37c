// What is done to many cases is done as a batch, which goes on after it was asked for.

import { get } from './client.ts';

export interface Batch {
  readonly id: string;
  readonly finished_at: string | null;
  readonly counts: Readonly<Partial<Record<'waiting' | 'done' | 'unchanged' | 'refused', number>>>;
}

const POLL_MILLIS = 400;

/** Waits until every row of a batch has its outcome. */
export async function finished(id: string): Promise<Batch> {
  for (;;) {
    const batch = await get<Batch>(`/v1/batches/${id}?limit=1`);
    if (batch.finished_at !== null) return batch;
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}
