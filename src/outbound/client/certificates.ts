// How long certificates are valid: the providers' and our own, read over a TLS connection from time to time.

import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Meter } from '../../runtime/meter.ts';
import { forbidden, guardedLookup, isPublicAddress } from './address-guard.ts';

export interface CertificateHost {
  readonly host: string;
  readonly port: number;
}

export interface CertificateView {
  /** `host:port`. */
  readonly host: string;
  /** Whole days, negative if expired; null if it could not be read. */
  readonly daysLeft: number | null;
  /** Why it could not be read, or why a client would not trust it; null if all is well. */
  readonly fault: string | null;
}

export interface CertificateReading {
  readonly now: Instant;
  /** `host:port` of places that may be connected to at any address. */
  readonly allow: readonly string[];
  readonly timeoutMillis: number;
  /** Stops the reading early. */
  readonly signal?: AbortSignal;
}

const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
const HTTPS_PORT = 443;

/** Whole days until a PEM certificate expires; negative if it has expired. */
export function daysLeftOf(pem: string, now: Instant): number {
  return Math.floor((new X509Certificate(pem).validToDate.getTime() - now) / DAY_MILLIS);
}

/** The hosts of the https URLs, each once. */
export function certificateHosts(urls: readonly string[]): readonly CertificateHost[] {
  const hosts = new Map<string, CertificateHost>();
  for (const text of urls) {
    const { protocol, hostname, port } = new URL(text);
    if (protocol !== 'https:') continue;
    const host = { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? HTTPS_PORT : Number(port) };
    hosts.set(nameOf(host), host);
  }
  return [...hosts.values()];
}

/** Reads the certificate that a host presents, trusted or not. Never rejects. */
export function readCertificate(at: CertificateHost, { now, allow, timeoutMillis, signal }: CertificateReading) {
  const host = nameOf(at);
  const isGuarded = !allow.includes(host);
  return new Promise<CertificateView>((resolve) => {
    const fail = (fault: string) => resolve({ host, daysLeft: null, fault });
    if (isGuarded && isIP(at.host) !== 0 && !isPublicAddress(at.host)) return fail(forbidden(host, at.host).message);
    const socket = connect({
      host: at.host,
      port: at.port,
      ...(isIP(at.host) === 0 ? { servername: at.host } : {}),
      ...(isGuarded ? { lookup: guardedLookup() } : {}),
      // An expired certificate must be readable too; no data is sent over this connection.
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => end(() => fail(`no answer within ${timeoutMillis} ms`)), timeoutMillis);
    const stop = () => end(() => fail('stopped'));
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket.destroy();
      settle();
    };
    signal?.addEventListener('abort', stop);
    socket.on('error', (error) => end(() => fail(faultOf(error))));
    socket.on('secureConnect', () => {
      const expires = Date.parse(socket.getPeerCertificate().valid_to);
      const daysLeft = Math.floor((expires - now) / DAY_MILLIS);
      const fault = socket.authorized ? null : String(socket.authorizationError);
      end(() => (Number.isNaN(daysLeft) ? fail('no certificate') : resolve({ host, daysLeft, fault })));
    });
  });
}

export interface CertificatesOptions {
  readonly hosts: readonly CertificateHost[];
  readonly allow: readonly string[];
  readonly timeoutMillis: number;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
}

const EVERY_MILLIS = 6 * HOUR_MILLIS;
/** The wait before a failed reading is tried again. */
const RETRY_MILLIS = 15 * 60_000;

/** Reads the certificates of some hosts a few times a day. */
export class Certificates {
  private readonly options: CertificatesOptions;
  private read: readonly CertificateView[] | null;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(options: CertificatesOptions) {
    this.options = options;
    this.read = options.hosts.length === 0 ? [] : null;
  }

  start(): void {
    if (this.options.hosts.length > 0) this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The last readings; null before the first one has ended. */
  views(): readonly CertificateView[] | null {
    return this.read;
  }

  private async run(): Promise<void> {
    const { hosts, clock, meter, logger } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const reading = { ...this.options, now: clock.now(), signal };
      const views = await Promise.all(hosts.map((host) => readCertificate(host, reading)));
      if (signal.aborted) break;
      this.read = views;
      for (const view of views) {
        if (view.daysLeft !== null) meter.set('hesabu_certificate_days_left', { host: view.host }, view.daysLeft);
        if (view.fault !== null) logger.warn(view, 'a certificate cannot be read or is not trusted');
      }
      const isWhole = views.every(({ daysLeft }) => daysLeft !== null);
      await clock.sleep(isWhole ? EVERY_MILLIS : RETRY_MILLIS, signal);
    }
  }
}

/** The system's short code; a sentence if we refused to call. */
function faultOf(error: Error & { readonly code?: string }): string {
  return error instanceof HesabuError ? error.message : (error.code ?? error.message);
}

function nameOf({ host, port }: CertificateHost): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
