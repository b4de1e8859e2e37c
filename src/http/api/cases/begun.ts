// The beginning of a batch: its id, which a repeated request has too, and its answer.

import { hash } from 'node:crypto';
import type { Batch } from '../batch.ts';
import type { Answer, Call } from '../route.ts';
import { batchView } from './batch-view.ts';

const FIRST_ROWS = { after: 0, limit: 100 };

/** Of what somebody asked for under a key of his own. */
export function batchId(person: string, key: string): string {
  return `b-${hash('sha256', JSON.stringify([person, key]), 'hex').slice(0, 24)}`;
}

/** The batch is stored. */
export function started(call: Pick<Call, 'parts' | 'caller' | 'names'>, id: string): Promise<Answer> {
  const { parts, names } = call;
  names.push(id);
  parts.batches.wake();
  return accepted(call, parts.tables.batches.get(id)!);
}

export async function accepted(call: Pick<Call, 'parts' | 'caller'>, batch: Batch): Promise<Answer> {
  return { status: 202, body: await batchView(call, batch, FIRST_ROWS) };
}
