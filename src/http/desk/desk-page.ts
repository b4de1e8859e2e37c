// The page for people at /desk/: one document for every address below it, and its script and style. Nothing in it is
// secret, so it is shown to anybody; all that it shows comes from the API, which asks who it is.

import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HesabuError } from '../../domain/errors.ts';
import type { RateLimits } from '../access/rate-limits.ts';
import { countStranger } from '../access/strangers.ts';
import type { DeskFile, DeskFiles, DeskSource } from './desk-files.ts';

const PAGE = '/desk/';
const NONCE_BYTES = 16;
/** The name of a file changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Whether the request's session goes on: without one, the page asks for a sign-in at once. */
type HasSession = (request: FastifyRequest) => boolean;

interface DeskParts {
  readonly source: DeskSource;
  readonly limits: RateLimits;
  readonly hasSession: HasSession;
  /** What people call the issuer at which they may sign in; null if there is none. */
  readonly issuer: () => string | null;
}

export function registerDesk(app: FastifyInstance, { source, limits, hasSession, issuer }: DeskParts): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', (request, _reply, done) => {
      countStranger(limits, request);
      done();
    });
    scope.get('/desk', (_request, reply) => reply.redirect(PAGE, 308));
    scope.get('/desk/files/:name', async (request, reply) => {
      const { name } = request.params as { name: string };
      const file = (await source())?.files.get(name);
      if (file === undefined) throw new HesabuError('HESABU_NOT_FOUND', { where: `the file ${name.slice(0, 100)}` });
      reply.header('cache-control', FOR_EVER);
      return sendFile(request, reply, file);
    });
    scope.get('/desk/*', async (request, reply) => {
      const files = await source();
      const nonce = randomBytes(NONCE_BYTES).toString('base64');
      reply.header('content-security-policy', policyOf(nonce)).type('text/html; charset=utf-8');
      if (files === undefined) return reply.code(503).send(documentOf('', MISSING));
      return reply.send(documentOf(headOf(files, nonce), rootOf(hasSession(request), issuer())));
    });
  });
}

/** The script may load others; nothing comes from another host, and no style stands in the document. */
function policyOf(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ');
}

function headOf({ script, style, version }: DeskFiles, nonce: string): string {
  return [
    `<link rel="stylesheet" nonce="${nonce}" href="${PAGE}files/${style}">`,
    `<script type="module" nonce="${nonce}" src="${PAGE}files/${script}"></script>`,
    `<meta name="version" content="${version}">`,
  ].join('\n');
}

function rootOf(hasSession: boolean, issuer: string | null): string {
  const noScript = '<noscript>This page needs JavaScript. 本页面需要 JavaScript。</noscript>';
  const label = issuer?.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const data = `data-session="${hasSession ? 'yes' : 'no'}"${label === undefined ? '' : ` data-issuer="${label}"`}`;
  return `<div id="desk" ${data}></div>\n${noScript}`;
}

const MISSING =
  '<main><h1>Hesabu</h1><p>The page is not built here: run node tools/desk.mjs in a clone of the repository.</p>' +
  '<p>此处没有页面：请在代码仓库中运行 node tools/desk.mjs。</p></main>';

function documentOf(head: string, body: string): string {
  return [
    '<!doctype html>',
    '<html lang="zh-CN">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<title>Hesabu</title>',
    '<link rel="icon" href="data:,">',
    head,
    '</head>',
    '<body>',
    body,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sendFile({ headers }: FastifyRequest, reply: FastifyReply, file: DeskFile): FastifyReply {
  const accepted = String(headers['accept-encoding'] ?? '');
  const coding = (['br', 'gzip'] as const).find((one) => new RegExp(`\\b${one}\\b`).test(accepted));
  reply.type(file.type).header('vary', 'accept-encoding');
  if (coding === undefined) return reply.send(file.plain);
  return reply.header('content-encoding', coding).send(coding === 'br' ? file.brotli : file.gzip);
}
