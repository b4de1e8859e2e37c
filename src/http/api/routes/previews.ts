// How a file would be read: its first rows beside what they would become. Nothing of it is stored.

import { z } from 'zod';
import { Pseudonymiser } from '../../../archive/privacy/pseudonyms.ts';
import { storedName } from '../../../archive/privacy/stored-value.ts';
import { HesabuError } from '../../../domain/errors.ts';
import type { Mapping } from '../../../producers/files/mapping.ts';
import { readStoredMapping } from '../../../producers/files/mapping-record.ts';
import { TemporaryFile } from '../../../producers/files/temporary-file.ts';
import { FILE_KINDS, type FileKind } from '../../../producers/formats/format.ts';
import type { ImportRecord } from '../../../projections/imports.ts';
import type { AccountMapping, FilePreview } from '../../preview-port.ts';
import type { ApiContext } from '../api-context.ts';
import { mappingIn } from '../file-import.ts';
import { rejectParts } from '../reject-parts.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { MappingChoices, Preview } from '../schemas/previews.ts';
import { withUpload } from '../uploaded-file.ts';
import { wholeRows } from '../whole-rows.ts';
import { ImportParams, ReadingQuery } from './imports.ts';

/** Of an uploaded file, and of the beginning of a stored one. */
const BYTES_MAX = 10 * 1024 * 1024;
const ROWS_SHOWN = 100;
/** How many mappings of earlier imports are listed, the latest first. */
const EARLIER_MAX = 50;
const READERS = ['operator', 'approver', 'auditor', 'admin'] as const;

/** A mapping by its name in the list of mappings; `none` for a file that has our own names, or is a known export. */
const CHOICE = /^(none|import:\d{1,9}|account:[a-z0-9-]{1,40}\/[^/]{1,64})$/;
const choice = {
  mapping_of: z
    .string()
    .regex(CHOICE, 'expected a name from GET /v1/mappings')
    .meta({ examples: ['none'] })
    .optional(),
};
const UploadQuery = ReadingQuery.omit({ expect: true }).extend(choice);
const StoredQuery = UploadQuery.omit({ name: true }).extend({ kind: z.enum(FILE_KINDS).optional() });

export const PREVIEW_ROUTES: readonly Route[] = [
  route({
    method: 'GET',
    url: '/v1/mappings',
    summary: 'The mappings that files may be read by',
    description: 'Those of the accounts of the configuration, and those of the latest imports that had one.',
    roles: READERS,
    scope: 'organisation',
    answers: { 200: json('The mappings, and the providers whose files are known', MappingChoices) },
    handle: async ({ parts }) => ({ status: 200, body: mappingChoices(parts) }),
  }),
  route({
    method: 'POST',
    url: '/v1/imports/preview',
    summary: 'How a file would be read',
    description:
      'The body is the file, of at most 10 MiB. The answer has its first 100 rows beside what they would become, and ' +
      'what the whole of it would come to. Nothing of it is stored.',
    roles: READERS,
    scope: 'organisation',
    upload: true,
    bytesMax: BYTES_MAX,
    isSecret: true,
    query: UploadQuery,
    answers: { 200: json('The first rows', Preview) },
    handle: (call) => withUpload(call, BYTES_MAX, (path) => previewUpload(call, path)),
  }),
  route({
    method: 'GET',
    url: '/v1/imports/:id/preview',
    summary: 'How a file that was imported would be read',
    description:
      'By the mapping that it was imported by, or by another. Of a large file the first 10 MiB are read. The service ' +
      'keeps imported files for a limited time, without personal data.',
    roles: READERS,
    scope: 'organisation',
    params: ImportParams,
    query: StoredQuery,
    answers: { 200: json('The first rows', Preview) },
    handle: previewStored,
  }),
];

/** Two that are the same are listed once: the latest. */
function mappingChoices({ previews, imports }: Pick<ApiContext, 'previews' | 'imports'>): object {
  const accounts = previews.accountMappings().map(({ provider, account, kind }) => {
    return { mapping: `account:${provider}/${account}`, kind, provider, account, import: null, file: null, at: null };
  });
  const earlier = new Map<string, object>();
  for (const { id, mapping, kind, source, file, at } of [...imports()].reverse()) {
    const name = `${kind} ${source} ${JSON.stringify(mapping)}`;
    if (mapping === undefined || earlier.has(name) || earlier.size >= EARLIER_MAX) continue;
    earlier.set(name, { mapping: `import:${id}`, kind, ...sourceOf(source), import: id, file, at });
  }
  return { providers: previews.providers, mappings: [...accounts, ...earlier.values()] };
}

type UploadCall = Call<unknown, z.output<typeof UploadQuery>>;

async function previewUpload({ parts, query, names }: UploadCall, path: string): Promise<Answer> {
  const file = storedName(new Pseudonymiser(parts.pseudonym), query.name);
  names.push(file);
  const mapping = query.mapping === undefined ? chosen(parts, query.mapping_of, query.kind) : mappingIn(query);
  const provider = mapping?.provider ?? query.provider ?? parts.defaultProvider;
  const account = mapping?.account ?? query.account ?? null;
  return previewOf(parts, { path, file, kind: query.kind, provider, account, mapping, isCut: false });
}

type StoredCall = Call<z.output<typeof ImportParams>, z.output<typeof StoredQuery>>;

async function previewStored({ parts, params, query }: StoredCall): Promise<Answer> {
  const record = importOf(parts, Number(params.id));
  const stored = record && parts.previews.stored(record.id, BYTES_MAX);
  if (stored === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: `the file of import ${params.id}` });
  const { kind = record!.kind as FileKind } = query;
  const own = kind === record!.kind ? `import:${params.id}` : 'none';
  const mapping =
    query.mapping === undefined ? chosen(parts, query.mapping_of ?? own, kind) : mappingIn({ ...query, kind });
  const source = sourceOf(record!.source);
  const provider = mapping?.provider ?? query.provider ?? source.provider;
  const account = mapping?.account ?? query.account ?? source.account;
  const temporary = new TemporaryFile(parts.uploadDir);
  try {
    temporary.write(stored.isCut ? wholeRows(stored.bytes, record!.file) : stored.bytes);
    temporary.finish();
    const reading = { file: record!.file, kind, provider, account, mapping, isCut: stored.isCut };
    return await previewOf(parts, { path: temporary.path, ...reading });
  } finally {
    temporary.remove();
  }
}

/** The mapping of a name. Throws HESABU_NOT_FOUND, also where it is one of other files. */
function chosen(parts: ApiContext, name: string | undefined, kind: FileKind): Mapping | undefined {
  if (name === undefined || name === 'none') return undefined;
  const isOf = (one: AccountMapping) => one.kind === kind && name === `account:${one.provider}/${one.account}`;
  const own = parts.previews.accountMappings().find(isOf);
  if (own !== undefined) return { provider: own.provider, account: own.account, ...own.mapping };
  const record = importOf(parts, Number(name.split(':')[1]));
  if (record?.kind !== kind) throw new HesabuError('HESABU_NOT_FOUND', { where: name });
  // One without a mapping had our own names, or was a known export.
  return record.mapping && readStoredMapping(record.mapping);
}

function importOf({ imports }: Pick<ApiContext, 'imports'>, id: number): ImportRecord | undefined {
  return [...imports()].find((record) => record.id === id);
}

interface Source {
  readonly provider: string;
  readonly account: string | null;
}

/** Who speaks in an import: a provider, and its account where one is known. */
function sourceOf(source: string): Source {
  const at = source.indexOf('/');
  return at < 0
    ? { provider: source, account: null }
    : { provider: source.slice(0, at), account: source.slice(at + 1) };
}

interface Reading extends Source {
  readonly path: string;
  readonly file: string;
  readonly kind: FileKind;
  readonly mapping: Mapping | undefined;
  readonly isCut: boolean;
}

async function previewOf({ previews }: ApiContext, { isCut, ...reading }: Reading): Promise<Answer> {
  const { path, file, kind, provider, account, mapping } = reading;
  const read = await previews.read({ path, name: file, kind, provider, account, mapping, shown: ROWS_SHOWN });
  return { status: 200, body: { file, kind, provider, account, is_cut: isCut, ...previewView(read, isCut) } };
}

function previewView({ named, result, taken, first }: FilePreview, isCut: boolean): object {
  const { rows, rejected, leftOut, sums, lack } = result;
  return {
    export: named === null ? null : { provider: named.provider, title: named.title, name: named.name },
    ...{ rows, taken, rejected, left_out: leftOut, sums },
    // What a part of a file lacks is in the rest of it.
    lack: lack === null || isCut ? null : { expected: lack.expected, found: lack.found },
    first: first.map(({ line, before, after, reject }) => {
      const told = reject && { field: reject.field, code: reject.code, ...rejectParts(reject) };
      return { line, cells: before, fields: after, reject: told };
    }),
  };
}
