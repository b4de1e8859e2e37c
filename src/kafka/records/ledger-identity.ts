// What a ledger is made with: into how many partitions its keys are divided, and which ids its schemas have. It stands
// in a header of every record of rules.v1, of which there is one before the first block.

import { HesabuError } from '../../domain/errors.ts';
import type { IHeaders } from '../client/kafkajs.ts';
import { type SchemaIds, schemaChanged } from '../topics/registry.ts';
import { headerOf } from './block-records.ts';

export interface Identity {
  readonly partitions: number;
  readonly schemas: SchemaIds;
}

const HEADER = 'hesabu-ledger';

interface Told {
  readonly partitions: number;
  readonly schemas: Readonly<Record<string, number>>;
}

export function identityHeaders({ partitions, schemas }: Identity): IHeaders {
  const told: Told = { partitions, schemas: schemas.all };
  return { [HEADER]: JSON.stringify(told) };
}

/** Throws HESABU_PARTITIONS_CHANGED and HESABU_SCHEMA_CHANGED where the ledger was begun with others. */
export function checkIdentity(headers: IHeaders | undefined, { partitions, schemas }: Identity): void {
  const text = headerOf(headers, HEADER);
  if (text === undefined) return;
  const told = JSON.parse(text) as Told;
  if (told.partitions !== partitions) {
    const [expected, found] = [told.partitions, partitions].map(String);
    throw new HesabuError('HESABU_PARTITIONS_CHANGED', { where: 'rules.v1', expected: expected!, found: found! });
  }
  for (const [topic, id] of Object.entries(told.schemas)) {
    if (schemas.get(topic) !== id) throw schemaChanged(topic, id, schemas.get(topic));
  }
}
