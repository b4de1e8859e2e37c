// The routes of files that are added to notes. They are served as downloads that a browser runs nothing of.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import type { Instant } from '../../../domain/time.ts';
import { InTurn } from '../../../runtime/in-turn.ts';
import { mayTouch } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { downloadName, MEDIA, sniff } from '../attachments.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { named } from '../schemas/basic.ts';
import { sha256 } from '../schemas/decisions.ts';
import { withUpload } from '../uploaded-file.ts';

const BYTES_MAX = 10 * 1024 * 1024;
/** How many a person may have that no note names, and how long one waits for its note. */
const UNNAMED_MAX = 50;
const UNNAMED_MILLIS = 24 * 3_600_000;
/** How many old ones are removed when a new one comes: more than come. */
const REMOVED_MAX = 20;
/** One after another, so that nobody sends more at once than he may have, and none comes while it is removed. */
const TAKING = new InTurn('the number of files that are sent', 16);
const SANDBOX = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const Taken = named('Attachment', z.strictObject({ sha256: z.string(), size: z.int(), media: z.enum(MEDIA) }));
const Params = z.strictObject({ sha256 });

export const ATTACHMENT_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: '/v1/attachments',
    summary: 'Send a file that a note is to have',
    description:
      'The body is the file, of at most 10 MiB. Its kind is told by its bytes. Until a note of the same person names ' +
      'it, nobody can read it; it is kept for a day, and there may be 50 such files of one person.',
    roles: ['operator', 'approver'],
    scope: 'all',
    upload: true,
    bytesMax: BYTES_MAX,
    answers: { 200: json('Its hash, by which a note names it', Taken) },
    handle: (call) => withUpload(call, BYTES_MAX, (path) => TAKING.run(() => take(call, path))),
  }),
  route({
    method: 'GET',
    url: '/v1/attachments/:sha256',
    summary: 'A file of a note, as a download',
    description: 'For those who may see a case with such a note.',
    roles: ['shop', 'operator', 'approver', 'auditor'],
    scope: 'merchant',
    params: Params,
    answers: {
      200: { description: 'The file', content: Object.fromEntries(MEDIA.map((media) => [media, z.string()])) },
    },
    handle: send,
  }),
];

async function take({ parts, caller, names }: Call, path: string): Promise<Answer> {
  const { person } = deciderOf(parts.people, caller, '');
  const { size, media } = await sniff(path);
  if (size === 0) throw new HesabuError('HESABU_FILE_EMPTY', { where: 'body' });
  const { attachments } = parts.tables;
  const now = parts.clock.now();
  await removeOld(parts, now - UNNAMED_MILLIS);
  if (attachments.unnamed(person) >= UNNAMED_MAX) {
    const expected = `at most ${UNNAMED_MAX} files that no note names`;
    throw new HesabuError('HESABU_REQUEST_INVALID', { where: 'body', expected });
  }
  const attachment = { sha256: await parts.blobs.take(path), size, media };
  attachments.add(person, attachment, now);
  names.push(attachment.sha256);
  return { status: 200, body: attachment };
}

/** A crash may have come between a note and the mark that it names a file, so the ledger is asked. */
async function removeOld({ tables: { attachments }, ledger, blobs }: Call['parts'], before: Instant): Promise<void> {
  for (const sha256 of attachments.sentBefore(before, REMOVED_MAX)) {
    if ((await ledger.cases.attached(sha256)).length > 0) attachments.named([sha256]);
    else if (attachments.forget(sha256, before)) blobs.remove(sha256);
  }
}

async function send({ parts, caller, params }: Call<z.output<typeof Params>>): Promise<Answer> {
  const named = await parts.ledger.cases.attached(params.sha256);
  const seen = named.find(({ merchant }) => mayTouch(caller, merchant));
  const body = seen === undefined ? null : parts.blobs.read(params.sha256);
  if (seen === undefined || body === null) throw new HesabuError('HESABU_NOT_FOUND', { where: params.sha256 });
  const name = downloadName(seen.attachment);
  return {
    status: 200,
    type: MEDIA.includes(seen.attachment.media) ? seen.attachment.media : 'application/octet-stream',
    headers: { 'content-disposition': `attachment; filename="${name}"`, 'content-security-policy': SANDBOX },
    body,
  };
}
