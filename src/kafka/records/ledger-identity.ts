// What a ledger is made with: the number of partitions, and the ids of its schemas. Every record of rules.v1 has it in
// a header, and there is one such record before the first block.

import { HesabuError } from '../../domain/errors.ts';
import type { IHeaders } from '../client/kafkajs.ts';
import { type SchemaIds, schemaChanged } from '../topics/registry.ts';
import { headerOf } from './block-records.ts';

export interface Identity {
  readonly partitions: number;
  readonly schemas: SchemaIds;
}

const HEADER = 'hesabu-ledger';

interface StoredIdentity {
  readonly partitions: number;
  readonly schemas: Readonly<Record<string, number>>;
}

export function identityHeaders({ partitions, schemas }: Identity): IHeaders {
  const stored: StoredIdentity = { partitions, schemas: schemas.all };
  return { [HEADER]: JSON.stringify(stored) };
}

/** Throws HESABU_PARTITIONS_CHANGED and HESABU_SCHEMA_CHANGED if the ledger was started with others. */
export function checkIdentity(headers: IHeaders | undefined, { partitions, schemas }: Identity): void {
  const text = headerOf(headers, HEADER);
  if (text === undefined) return;
  const stored = JSON.parse(text) as StoredIdentity;
  if (stored.partitions !== partitions) {
    const [expected, found] = [stored.partitions, partitions].map(String);
    throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where: 'rules.v1', expected: expected!, found: found! });
  }
  for (const [topic, id] of Object.entries(stored.schemas)) {
    if (schemas.get(topic) !== id) throw schemaChanged(topic, id, schemas.get(topic));
  }
}
