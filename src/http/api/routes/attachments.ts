// The routes of files that are added to notes. They are served as downloads that a browser runs nothing of.

import { z } from 'zod';
import { HesabuError } from '../../../domain/errors.ts';
import { mayTouch } from '../../access/api-key.ts';
import { deciderOf } from '../../access/decider.ts';
import { downloadName, MEDIA, sniff } from '../attachments.ts';
import { type Answer, type Call, json, type Route, route } from '../route.ts';
import { named } from '../schemas/basic.ts';
import { sha256 } from '../schemas/decisions.ts';
import { withUpload } from '../uploaded-file.ts';

const BYTES_MAX = 10 * 1024 * 1024;
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
      'it, nobody can read it.',
    roles: ['operator', 'approver'],
    scope: 'all',
    upload: true,
    bytesMax: BYTES_MAX,
    answers: { 200: json('Its hash, by which a note names it', Taken) },
    handle: (call) => withUpload(call, BYTES_MAX, (path) => take(call, path)),
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
  const attachment = { sha256: await parts.blobs.take(path), size, media };
  parts.tables.attachments.add(person, attachment, parts.clock.now());
  names.push(attachment.sha256);
  return { status: 200, body: attachment };
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
