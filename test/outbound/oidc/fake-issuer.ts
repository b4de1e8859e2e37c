// For tests: an issuer of OpenID Connect over HTTP, with the faults that one may have. It signs with Node's own
// functions, so that the package is held against something else than itself.

import { createHash, createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Json = Record<string, unknown>;

/** What the issuer does otherwise than it should; tests change it as they like. */
export interface IssuerFaults {
  /** What its description says otherwise. */
  description: Json;
  /** What the next tokens claim otherwise. */
  claims: Json;
  /** The header of the next tokens, and how they are signed. */
  header: Json;
  signing: 'right' | 'none' | 'hmac' | 'another key';
  /** What the answer through the browser says otherwise; null leaves it out. */
  answer: Record<string, string | null>;
  /** Answers a request itself; true if it did. */
  meddle: (path: string, response: ServerResponse) => boolean;
}

interface Granted {
  readonly asked: URLSearchParams;
  readonly subject: string;
}

export const CLIENT = { id: 'hesabu', secret: 'the-secret-of-the-client' } as const;

const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

export class FakeIssuer {
  url = '';
  readonly faults: IssuerFaults = {
    ...{ description: {}, claims: {}, header: {}, signing: 'right', answer: {} },
    meddle: () => false,
  };
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  /** Codes and tokens that it gave: they are nowhere else. */
  readonly secrets: string[] = [CLIENT.secret];
  /** How clients said who they are. */
  readonly ways: ('form' | 'basic' | 'none')[] = [];
  /** Who is signed in here. */
  subject = 'subject-of-asha';
  private readonly codes = new Map<string, Granted>();
  private pair = newPair();
  private readonly server = createServer((request, response) => void this.serve(request, response));

  async start(host = '127.0.0.1'): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://${host}:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** From now on another key signs, and the one before is listed no more. */
  rotate(): void {
    this.pair = newPair();
  }

  /** What the issuer's page does once somebody signed in: the query with which the browser goes back. */
  signIn(address: string): URLSearchParams {
    const asked = new URL(address).searchParams;
    const code = randomBytes(12).toString('hex');
    this.secrets.push(code);
    this.codes.set(code, { asked, subject: this.subject });
    const answer = new URLSearchParams({ code, state: asked.get('state') ?? '', iss: this.url });
    for (const [name, value] of Object.entries(this.faults.answer)) {
      if (value === null) answer.delete(name);
      else answer.set(name, value);
    }
    return answer;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '', this.url);
    this.asked.push(pathname);
    const body = await text(request);
    if (this.faults.meddle(pathname, response)) return;
    if (pathname === '/authorize') {
      const address = new URL(request.url!, this.url);
      const back = new URL(address.searchParams.get('redirect_uri')!);
      back.search = this.signIn(address.href).toString();
      response.writeHead(302, { location: back.href }).end();
    } else if (pathname === '/.well-known/openid-configuration') this.send(response, 200, this.description());
    else if (pathname === '/keys') this.send(response, 200, { keys: [this.publicKey()] });
    else if (pathname === '/token') this.grant(new URLSearchParams(body), request, response);
    else response.writeHead(404).end();
  }

  private description(): Json {
    return {
      ...{ issuer: this.url, authorization_endpoint: `${this.url}/authorize`, token_endpoint: `${this.url}/token` },
      ...{ jwks_uri: `${this.url}/keys`, id_token_signing_alg_values_supported: ['ES256'] },
      ...{ authorization_response_iss_parameter_supported: true, response_types_supported: ['code'] },
      ...{ token_endpoint_auth_methods_supported: ['client_secret_post'], subject_types_supported: ['public'] },
      ...this.faults.description,
    };
  }

  private publicKey(): Json {
    return { ...this.pair.publicKey.export({ format: 'jwk' }), kid: this.pair.id, use: 'sig', alg: 'ES256' };
  }

  /** As RFC 6749 and RFC 7636 have it: a code counts once, for who asked for it. */
  private grant(form: URLSearchParams, { headers }: IncomingMessage, response: ServerResponse): void {
    if (!this.isClient(form, headers.authorization)) return this.send(response, 401, { error: 'invalid_client' });
    const granted = this.codes.get(form.get('code') ?? '');
    this.codes.delete(form.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isFit =
      granted?.asked.get('redirect_uri') === form.get('redirect_uri') &&
      granted?.asked.get('code_challenge') === challenge &&
      granted.asked.get('code_challenge_method') === 'S256';
    if (!isFit) return this.send(response, 400, { error: 'invalid_grant', error_description: 'of the code' });
    const tokens = { access_token: randomBytes(12).toString('hex'), id_token: this.tokenOf(granted!) };
    this.secrets.push(...Object.values(tokens));
    this.send(response, 200, { ...tokens, token_type: 'Bearer', expires_in: 60 });
  }

  /** One way, and one that it lists. */
  private isClient(form: URLSearchParams, authorization: string | undefined): boolean {
    const { token_endpoint_auth_methods_supported: ways = ['client_secret_basic'] } = this.description();
    const [, encoded = ''] = /^Basic (.+)$/.exec(authorization ?? '') ?? [];
    const basic = Buffer.from(encoded, 'base64').toString().split(':').map(decodeURIComponent).join(':');
    const isForm = form.get('client_id') === CLIENT.id && form.get('client_secret') === CLIENT.secret;
    const way = authorization !== undefined ? 'basic' : form.has('client_secret') ? 'form' : 'none';
    this.ways.push(way);
    const isRight = {
      basic: basic === `${CLIENT.id}:${CLIENT.secret}`,
      form: isForm,
      none: form.get('client_id') === CLIENT.id,
    }[way];
    const name = { basic: 'client_secret_basic', form: 'client_secret_post', none: 'none' }[way];
    return isRight && (ways as readonly string[]).includes(name);
  }

  private tokenOf({ asked, subject }: Granted): string {
    const { claims, header, signing } = this.faults;
    const now = Math.floor(Date.now() / 1_000);
    const about = { iss: this.url, sub: subject, aud: CLIENT.id, iat: now, exp: now + 60, nonce: asked.get('nonce') };
    const algorithm = { right: 'ES256', none: 'none', hmac: 'HS256', 'another key': 'ES256' }[signing];
    const head = { alg: algorithm, kid: this.pair.id, ...header };
    const signed = `${base64(head)}.${base64({ ...about, ...claims })}`;
    return `${signed}.${this.signatureOf(signed)}`;
  }

  private signatureOf(signed: string): string {
    const { signing } = this.faults;
    if (signing === 'none') return '';
    // What a careless reader would check by: the public key as the secret of an HMAC.
    const pem = this.pair.publicKey.export({ type: 'spki', format: 'pem' });
    if (signing === 'hmac') return createHmac('sha256', pem).update(signed).digest('base64url');
    const { privateKey } = signing === 'right' ? this.pair : newPair();
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
    return sign('sha256', Buffer.from(signed), key).toString('base64url');
  }

  private send(response: ServerResponse, status: number, body: object): void {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }
}

interface Pair {
  readonly id: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function newPair(): Pair {
  return { id: randomBytes(4).toString('hex'), ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
}

/** The issuer answers a path with a page, in which all its secrets stand. */
export const html = (path: string) => (issuer: FakeIssuer) => {
  issuer.faults.meddle = (asked, response) => {
    if (asked !== path) return false;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>${issuer.secrets.join()}</h1>`);
    return true;
  };
};
/** It answers a path with a status alone. */
export const status =
  (path: string, code: number, headers = {}) =>
  (issuer: FakeIssuer) => {
    issuer.faults.meddle = (asked, response) => {
      if (asked === path) response.writeHead(code, headers).end();
      return asked === path;
    };
  };
