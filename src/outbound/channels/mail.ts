/**
 * Mail over SMTP with TLS, always: from the first byte on port 465 (RFC 8314), by STARTTLS on others, and without it
 * nothing is sent. `List-Unsubscribe` says where notices are switched off (RFC 2369), `Auto-Submitted` that nobody
 * wrote it (RFC 3834). Where the server can (RFC 3461), it tells the sender what it cannot deliver. A reply of 5xx to
 * the recipient or to the text is final (RFC 5321, 4.2.1); what it says of us and our sender may be set right. The
 * limit is ours: servers set their own, and answer 4xx beyond it.
 */

import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import { HesabuError } from '../../domain/errors.ts';
import { forbidden, guardedLookup, isPublicAddress } from '../client/address-guard.ts';
import type { Channel, ChannelText, Verdict } from './channel.ts';
import { oneLine } from './inert-text.ts';

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly to: string;
  /** Where a person switches notices off; null where no page is known. */
  readonly settingsUrl: string | null;
  /** Whether the host may be at an address outside the public internet. */
  readonly isAllowed: boolean;
  readonly timeoutMillis: number;
  /** The workbook of a day's report; null where there is none. */
  readonly reportOf: (day: string) => Promise<Buffer | null>;
  /** Tests trust a certificate of their own. */
  readonly ca?: string;
}

const RATE = { per_minute: 30, burst: 10 };
const TLS_PORT = 465;
const SUBJECT_MAX = 200;
/** Many servers take no more than ten megabytes, and a file grows by a third on its way. */
const FILES_BYTES_MAX = 7 * 1024 * 1024;
const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export function mail(settings: MailSettings): Channel {
  return { rate: RATE, send: (text) => sendMail(settings, text) };
}

async function sendMail(settings: MailSettings, text: ChannelText): Promise<Verdict> {
  const { host, port, user, password, timeoutMillis: timeout, ca } = settings;
  const transport = createTransport({
    // The address that was checked is the one that is called; the certificate is that of the name.
    ...{ host: await addressOf(settings), port, secure: port === TLS_PORT, requireTLS: true },
    tls: { servername: isIP(host) === 0 ? host : '', minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
    ...{ connectionTimeout: timeout, greetingTimeout: timeout, socketTimeout: timeout },
    // Nothing of a message names a file or a URL that is read.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  try {
    const attachments = await filesOf(settings, text);
    const { response } = await transport.sendMail({ ...messageOf(settings, text), attachments });
    return { kind: 'taken', words: oneLine(response) };
  } catch (error) {
    return refusalOf(error, `mail ${host}`);
  } finally {
    transport.close();
  }
}

function messageOf({ from, to, settingsUrl }: MailSettings, { title, lines, link, isCritical }: ChannelText) {
  const shown = lines.map(oneLine);
  const plain = [...shown, ...(link === null ? [] : ['', oneLine(link.label), link.url])];
  const off = settingsUrl === null ? [] : [`<${settingsUrl}>`];
  return {
    ...{ from, to, subject: oneLine(title).slice(0, SUBJECT_MAX), text: plain.join('\n') },
    html: [
      `<p><strong>${escaped(oneLine(title))}</strong></p>`,
      ...(shown.length === 0 ? [] : [`<ul>${shown.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`]),
      ...(link === null ? [] : [`<p><a href="${escaped(link.url)}">${escaped(oneLine(link.label))}</a></p>`]),
    ].join('\n'),
    headers: {
      'List-Unsubscribe': [...off, `<mailto:${addressIn(from)}?subject=unsubscribe>`].join(', '),
      'Auto-Submitted': 'auto-generated',
      ...(isCritical ? { Importance: 'high' } : {}),
    },
    dsn: {
      return: 'headers' as const,
      notify: ['failure', 'delay'] as ('failure' | 'delay')[],
      // The addressee, as we know him: a mail that is passed on is told of by this name.
      recipient: addressIn(to),
    },
  };
}

/** The reports, as many as a mail can have: the link leads to all of them. */
async function filesOf({ reportOf }: MailSettings, { reports = [] }: ChannelText) {
  const files: { filename: string; contentType: string; content: Buffer }[] = [];
  let room = FILES_BYTES_MAX;
  for (const day of new Set(reports)) {
    const content = await reportOf(day);
    if (content === null || content.length > room) continue;
    room -= content.length;
    files.push({ filename: `hesabu-${day}.xlsx`, contentType: WORKBOOK, content });
  }
  return files;
}

/** `Name <address>` or an address. */
function addressIn(text: string): string {
  return /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

async function addressOf({ host, isAllowed }: MailSettings): Promise<string> {
  if (isAllowed) return host;
  if (isIP(host) !== 0) {
    if (isPublicAddress(host)) return host;
    throw forbidden(`mail ${host}`, host);
  }
  return new Promise((resolve, reject) => {
    guardedLookup()(host, { all: false }, (error, address: string | LookupAddress[]) => {
      if (error === null) resolve(String(address));
      else reject(error instanceof HesabuError ? error : failed(`mail ${host}`, error.message, error));
    });
  });
}

/** The server's own words; HESABU_GATEWAY_FAILED where it gave none. */
function refusalOf(error: unknown, where: string): Verdict {
  const { response, responseCode, message, code, command } = error as {
    readonly response?: string;
    readonly responseCode?: number;
    readonly message: string;
    readonly code?: string;
    /** What the server refused. */
    readonly command?: string;
  };
  if (response === undefined || responseCode === undefined) throw failed(where, code ?? message, error);
  // A password or a sender that is refused may be set right; a recipient that does not exist stays so.
  const isFinal = responseCode >= 500 && (command === 'RCPT TO' || command === 'DATA');
  return { kind: 'refused', words: oneLine(response).slice(0, 300), ...(isFinal ? { isFinal } : {}) };
}

function failed(where: string, found: string, cause: unknown): HesabuError {
  return new HesabuError('HESABU_GATEWAY_FAILED', { where, found }, cause);
}
