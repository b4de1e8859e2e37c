// The import of a file that lies on this machine's disk: how it is read, and what the answer shows of it.

import { HesabuError } from '../../domain/errors.ts';
import { bindsAccounts } from '../../matching/rules.ts';
import { fileAccount } from '../../producers/file-account.ts';
import { type Expectation, parseExpectation } from '../../producers/files/expectation.ts';
import type { Mapping } from '../../producers/files/mapping.ts';
import { parseMappings } from '../../producers/files/mapping-file.ts';
import type { FileKind } from '../../producers/formats/format.ts';
import type { TakenFile } from '../ledger-port.ts';
import type { ApiContext } from './api-context.ts';
import { rejectParts } from './reject-parts.ts';
import type { Answer } from './route.ts';
import type { ImportRejects } from './tables.ts';

const REJECTS_SHOWN = 100;

/** What somebody says of a file. */
export interface SaidOfFile {
  readonly kind: FileKind;
  readonly name: string;
  readonly provider?: string | undefined;
  readonly account?: string | undefined;
  readonly expect?: string | undefined;
  readonly mapping?: string | undefined;
  readonly mapping_name?: string | undefined;
}

/** How the file is read. */
export interface FileReading {
  readonly provider: string;
  readonly account: string | null;
  readonly mapping: Mapping | undefined;
  readonly expected: Expectation | undefined;
}

/** Throws HESABU_MAPPING_INVALID and HESABU_ACCOUNT_UNKNOWN. */
export function fileReading(parts: ApiContext, said: SaidOfFile): FileReading {
  const mapping = mappingIn(said);
  const provider = mapping?.provider ?? said.provider ?? parts.defaultProvider;
  const areBound = bindsAccounts(parts.ledger.loop.rules);
  const account = fileAccount(
    { kind: said.kind, provider, account: mapping?.account ?? said.account },
    { names: parts.accountsOf(provider), areAll: true, areBound },
    'query.account',
  );
  const expected = said.expect === undefined ? undefined : parseExpectation(said.expect);
  return { provider, account, mapping, expected };
}

/** Throws the fault of a file that was not read. */
export async function importFile(
  { ledger, tables }: ApiContext,
  path: string,
  { kind, name }: SaidOfFile,
  { provider, account, ...reading }: FileReading,
): Promise<{ readonly id: number; readonly answer: Answer }> {
  const { record, fault } = await tables.rejects.collect((onReject) =>
    ledger.writer.importFile({ path, kind, name, ...reading }, { provider, account }, onReject),
  );
  if (fault !== null) throw withRejects(fault, record);
  const status = record.status === 'refused' ? 200 : 201;
  const body = { import: record, ...rejectsPage(tables.rejects, record.id, 0, REJECTS_SHOWN) };
  return { id: record.id, answer: { status, body } };
}

export function rejectsPage(table: ImportRejects, importId: number, after: number, limit: number) {
  const { rejects, last, more } = table.page(importId, after, limit);
  return {
    rejects: rejects.map((one) => ({ ...one, ...rejectParts(one) })),
    next: more ? `/v1/imports/${importId}/rejects?after=${last}` : null,
  };
}

/** Throws HESABU_MAPPING_INVALID, also for a mapping of other kinds: without one the file would be read as our own. */
export function mappingIn({
  kind,
  mapping,
  mapping_name: name,
}: Pick<SaidOfFile, 'kind' | 'mapping' | 'mapping_name'>): Mapping | undefined {
  if (mapping === undefined) return undefined;
  const where = 'query.mapping';
  const found = parseMappings(mapping, where, { name, kinds: [kind] })[kind];
  if (found !== undefined) return found;
  throw new HesabuError('HESABU_MAPPING_INVALID', { where, expected: `a mapping of ${kind}`, found: 'none' });
}

/** A file that was not read may still have rejected rows to look at. */
function withRejects(fault: Error, { id, rejected }: TakenFile['record']): Error {
  if (rejected === 0 || !(fault instanceof HesabuError)) return fault;
  const remedy = `GET /v1/imports/${id}/rejects lists its rejected rows. Correct the file and send it again.`;
  return new HesabuError(fault.code, { ...fault.detail, remedy }, fault);
}
