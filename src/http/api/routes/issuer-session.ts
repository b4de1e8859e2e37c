// The routes by which people sign in at an outside issuer: the page asks where to go, and the browser comes back with
// an answer. It gets a page that goes on by itself: only then does a browser send the session's cookie.

import { z } from 'zod';
import { HOME } from '../../access/issuer-sign-in.ts';
import { sealedTicketOf, ticketCookies, ticketGone } from '../../access/ticket.ts';
import { problemOf } from '../../problem.ts';
import { newSession, noteSignIn } from '../new-session.ts';
import { type Answer, type AnswerSpec, type Call, json, type Route, route } from '../route.ts';
import { IssuerAnswer, IssuerBegin, IssuerBegun } from '../schemas/people.ts';

const URL_PATH = '/v1/session/oidc';
const HTML = 'text/html; charset=utf-8';

const page = (description: string): AnswerSpec => ({ description, content: { 'text/html': z.string() } });
const REFUSED = page('Nobody is signed in; a page that goes on to the sign-in, which says why');

export const ISSUER_SESSION_ROUTES: readonly Route[] = [
  route({
    method: 'POST',
    url: URL_PATH,
    summary: 'Begin to sign in at the issuer: where the browser goes',
    description:
      'Of a service whose configuration has `oidc`. With an invite, its person is bound to who comes back. The ' +
      'answer has a cookie that the browser brings back with the answer of the issuer, within ten minutes.',
    roles: 'public',
    scope: 'all',
    body: IssuerBegin,
    example: { to: '/desk/breaks' },
    answers: { 200: json('The address at the issuer', IssuerBegun) },
    handle: begin,
  }),
  route({
    method: 'GET',
    url: URL_PATH,
    summary: 'Come back from the issuer, signed in',
    description: 'The issuer sends the browser here. An answer counts once, in the browser that began.',
    roles: 'anywhere',
    scope: 'all',
    query: IssuerAnswer,
    answers: {
      200: page('The person is signed in; a page that goes on to the desk'),
      ...Object.fromEntries([401, 403, 409, 429, 500, 502, 503].map((status) => [status, REFUSED])),
    },
    handle: arrive,
  }),
];

type BeginCall = Call<unknown, unknown, z.output<typeof IssuerBegin>>;

async function begin({ parts, body, cookies, token }: BeginCall): Promise<Answer> {
  const { invite = null, to = HOME } = body;
  const session = token !== null && parts.sessions.find(token, false) !== undefined ? token : null;
  const { url, state, sealed } = await parts.issuerSignIn.begin(invite, to, session);
  return { status: 200, body: { url }, headers: { 'set-cookie': ticketCookies(parts, cookies, state, sealed) } };
}

async function arrive(call: Call<unknown, z.output<typeof IssuerAnswer>>): Promise<Answer> {
  const { parts, query, cookies } = call;
  const answer = new URLSearchParams();
  for (const [name, given] of Object.entries(query)) {
    for (const text of [given].flat()) answer.append(name, String(text));
  }
  const state = answer.get('state') ?? '';
  const arrival = await parts.issuerSignIn.arrive(answer, sealedTicketOf(parts, cookies, state), call.address);
  const { to, person, isBegun, isVouched, fault } = arrival;
  if (isVouched) await noteSignIn(call, person, fault);
  if (fault === null && person !== null) {
    if (arrival.session !== null) parts.sessions.end(arrival.session);
    const { 'set-cookie': session } = newSession(call, person).headers;
    return {
      status: 200,
      type: HTML,
      body: pageOf(to),
      headers: { 'set-cookie': [session!, ticketGone(parts, state)] },
    };
  }
  const { status, body, headers } = problemOf(fault, call.exchange, call.route, parts.clock.now());
  const line = { request_id: call.exchange, code: body.code, person: person?.id, reason: fault?.message };
  // What anybody may send again and again has the few lines about refusals, and no more.
  const level = status >= 500 ? 'error' : isBegun && status !== 429 ? 'warn' : 'debug';
  parts.logger[level](line, 'nobody was signed in by the issuer');
  const next = `${to}${to.includes('?') ? '&' : '?'}refused=${body.code}`;
  // The ticket of another sign-in, which this one does not open, stays.
  const gone = isBegun ? { 'set-cookie': ticketGone(parts, state) } : {};
  return { status, type: HTML, body: pageOf(next), headers: { ...headers, ...gone } };
}

/** Goes on at once; who turned that off has a link. It needs neither script nor style. */
function pageOf(to: string): string {
  const href = to.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<meta http-equiv="refresh" content="0; url=${href}">`,
    '<title>Hesabu</title>',
    '</head>',
    '<body>',
    `<p><a href="${href}">Go on to Hesabu · <span lang="zh-CN">继续前往 Hesabu</span></a></p>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
