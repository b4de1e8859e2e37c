// Uploads of files. An upload is streamed to disk first, because a file may be larger than memory.

import { rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Pseudonymiser } from '../../../archive/privacy/pseudonyms.ts';
import { storedName } from '../../../archive/privacy/stored-value.ts';
import { HesabuError } from '../../../domain/errors.ts';
import { ACCOUNT_NAME } from '../../../domain/fact.ts';
import { EXPECTATION_FORM, parseExpectation } from '../../../producers/files/expectation.ts';
import { FILE_KINDS, type FileKind } from '../../../producers/formats/format.ts';
import { isFull } from '../../../runtime/storage-errors.ts';
import type { ApiContext } from '../api-context.ts';
import { approvalView, askApproval, demandAsker } from '../approval-requests.ts';
import { type FileReading, fileReading, importFile, rejectsPage } from '../file-import.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { APPROVAL_LINKS, Approval } from '../schemas/approvals.ts';
import { count, text } from '../schemas/basic.ts';
import { Imports, Rejects, Taken } from '../schemas/service.ts';
import type { ImportRejects } from '../tables.ts';
import { withUpload } from '../uploaded-file.ts';
import { describeFile, keepFile, sweepWaiting } from '../waiting-files.ts';

const REJECTS_SHOWN = 100;
/** It is part of the address, which is shorter than a mapping file may be. */
const MAPPING_CHARS_MAX = 12_000;

/** Kinds that say that money came, and that a network would have signed. */
const EVIDENCE: ReadonlySet<FileKind> = new Set(['callbacks', 'polls']);
/** Files that may wait at once: their bytes are on our disk. */
const WAITING_MAX = 20;
/** Without control characters, in the form that readers of the document in other languages take too. */
const FILE_NAME = /^[^/\\\u0000-\u001f\u007f-\u009f]+$/;

/** What the document shows of a form that has its own reader. */
const EXPECTATION = '^(rows=\\d{1,15}|(sum|fees)=[A-Z]{3}:-?\\d{1,15}(\\.\\d{1,4})?)$';

/** What somebody says of a file: how it is read. */
export const ReadingQuery = z.strictObject({
  kind: z.enum(FILE_KINDS),
  /** The file's name in the list of imports and in rejects. */
  name: text
    .regex(FILE_NAME, 'expected the name of a file, without a path')
    .meta({ examples: ['settled-2026-01-31.csv'] }),
  /** If absent, the default provider. */
  provider: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'expected a provider in lower-case letters, digits and dashes')
    .optional(),
  /** The provider's account that the file comes from; may be absent where only one is configured. */
  account: z.string().regex(ACCOUNT_NAME, 'expected an account of the configuration').optional(),
  /** What its rows must come to; otherwise nothing of it is taken. */
  expect: z
    .string()
    .max(500)
    .refine((written) => parseExpectation(written) !== undefined, `expected ${EXPECTATION_FORM}`)
    .meta({ pattern: EXPECTATION, examples: ['rows=4,sum=KES:1750.00'] })
    .optional(),
  /** The mapping that reads it, as `--mapping` takes it from a file. */
  mapping: z.string().max(MAPPING_CHARS_MAX).optional(),
  /** Which of the mappings of its kind is meant, where they have names. */
  mapping_name: z.string().max(64).optional(),
});
export const ImportParams = z.strictObject({
  id: z
    .string()
    .regex(/^\d{1,9}$/, 'expected the number of an import')
    .meta({ examples: ['1'] }),
});
/** From an answer about an import. */
const TAKEN_LINKS = {
  rejects: { to: 'GET /v1/imports/:id/rejects', by: { id: '$response.body#/import/id' } },
};
const RejectsQuery = z.strictObject({ after: count(0, 999_999_999, 0), limit: count(1, 1_000, REJECTS_SHOWN) });

/** Runs at the start: no request waits any more for the unfinished uploads of a killed process. */
export function emptyUploads(parts: Pick<ApiContext, 'uploadDir' | 'approvalDir' | 'tables'>): void {
  rmSync(parts.uploadDir, { recursive: true, force: true });
  sweepWaiting(parts, 'at the start');
}

export function importRoutes(table: ImportRejects): readonly Route[] {
  return [
    route({
      method: 'POST',
      url: '/v1/imports',
      summary: 'Import a file of settlements, orders, callbacks, polls or bank lines',
      description:
        'The body is the file itself, in the form that hesabu import takes. A file is imported only once. One of ' +
        'callbacks or polls says that money came, and nobody signed it: it waits for a second person, unless an ' +
        'admin sends it.',
      roles: ['operator', 'admin'],
      scope: 'organisation',
      upload: true,
      query: ReadingQuery,
      answers: {
        201: json('The file was imported; the answer lists its rejected rows', Taken, TAKEN_LINKS),
        200: json('The file was imported before', Taken, TAKEN_LINKS),
        202: json('The file waits for the approval of a second person', Approval, APPROVAL_LINKS),
      },
      handle: takeFile,
    }),
    route({
      method: 'GET',
      url: '/v1/imports',
      summary: 'All imports, the newest first',
      roles: ['operator', 'approver', 'auditor', 'admin'],
      scope: 'organisation',
      answers: {
        200: json('The imports', Imports, {
          rejects: { to: 'GET /v1/imports/:id/rejects', by: { id: '$response.body#/imports/0/id' } },
        }),
      },
      handle: async ({ parts: { imports } }) => ({ status: 200, body: { imports: [...imports()].reverse() } }),
    }),
    route({
      method: 'GET',
      url: '/v1/imports/:id/rejects',
      summary: 'The rejected rows of an import',
      description: 'The service stores the first 10,000 rejects of each file. The import counts all of them.',
      roles: ['operator', 'approver', 'auditor', 'admin'],
      scope: 'organisation',
      params: ImportParams,
      query: RejectsQuery,
      answers: { 200: json('A page of rejects', Rejects) },
      handle: async ({ params, query }) => {
        return { status: 200, body: rejectsPage(table, Number(params.id), query.after, query.limit) };
      },
    }),
  ];
}

async function takeFile(asked: Call<unknown, z.output<typeof ReadingQuery>>): Promise<Answer> {
  const { parts, names, caller } = asked;
  // An account's statement is often named by its telephone number.
  const query = { ...asked.query, name: storedName(new Pseudonymiser(parts.pseudonym), asked.query.name) };
  const call = { ...asked, query };
  const reading = fileReading(parts, query);
  const needsSecond = EVIDENCE.has(query.kind) && caller.role !== 'admin';
  if (needsSecond) demandAsker(caller);
  return withUpload(call, parts.uploadBytesMax, async (path) => {
    names.push(query.name);
    if (needsSecond) return waitForApproval(call, path, reading);
    return (await importFile(parts, path, query, reading)).answer;
  });
}

/** A file that waits already is not stored again: its upload was repeated because its answer was lost. */
async function waitForApproval(
  call: Call<unknown, z.output<typeof ReadingQuery>>,
  path: string,
  { provider, account }: FileReading,
): Promise<Answer> {
  const { parts, query, exchange, names, caller } = call;
  const { kind: file, name, expect = null, mapping = null, mapping_name = null } = query;
  const described = { file, provider, account, expect, mapping, mapping_name, ...(await describeFile(path)) };
  const waiting = parts.tables.approvals.files();
  const same = waiting.find(
    ({ request, asked_by }) =>
      asked_by.person === caller.person && isDeepStrictEqual(request, { kind: 'import', name, ...described }),
  );
  if (same !== undefined) {
    names.push(same.id);
    return { status: 202, body: approvalView(parts, same) };
  }
  if (waiting.length >= WAITING_MAX) {
    const expected = `at most ${WAITING_MAX} files that wait for an approval`;
    throw new HesabuError('HESABU_OVERLOADED', { where: 'the folder of waiting files', expected });
  }
  await keepFile(parts, exchange, path);
  return askApproval(call, '', { kind: 'import', name, ...described });
}

/** Without space for a file the answer is 507: a smaller file may find its place. */
export function uploadError(error: unknown): unknown {
  const isOurs = error instanceof HesabuError && error.code === 'HESABU_DISK_FULL';
  if (!isOurs && !isFull(error)) return error;
  return Object.assign(new HesabuError('HESABU_DISK_FULL', { where: 'the upload' }, error), { statusCode: 507 });
}
