// Asks an outside issuer who somebody is: OpenID Connect, the code flow with PKCE. The package is loaded at the first
// sign-in, so that nothing else pays for it. Codes, tokens and the client's secret go to the issuer alone.

import type * as Oidc from 'openid-client';
import { HesabuError } from '../../domain/errors.ts';
import type { LoginFlow, VouchedLogin } from '../../domain/login.ts';
import type { Instant } from '../../domain/time.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { OutgoingClient } from '../client/client.ts';
import { invalid, issuerFault } from './issuer-faults.ts';

type Package = typeof Oidc;

export interface IssuerSettings {
  readonly issuer: string;
  readonly label: string;
  readonly clientId: string;
  /** Its value of now; null of a client that has none. */
  readonly clientSecret: () => string | null;
  /** Where the issuer sends the browser back to. */
  readonly redirectUri: string;
  /** Besides `openid`. */
  readonly scopes: readonly string[];
  /** How old a sign-in at the issuer may be; null for any age. */
  readonly maxAgeSeconds: number | null;
  /** Whether each sign-in there counts as one with a second factor; otherwise `amr` must say so. */
  readonly isSecondFactor: boolean;
}

interface IssuerOptions {
  readonly client: Pick<OutgoingClient, 'call'>;
  readonly clock: Clock;
  /** Those of now; null if there is no issuer. */
  readonly settings: () => IssuerSettings | null;
}

interface HeldMetadata {
  readonly issuer: string;
  readonly at: Instant;
  readonly metadata: Promise<Oidc.ServerMetadata>;
}

/** After it, the issuer's own description is read again. */
const METADATA_MILLIS = 3_600_000;
const ANSWER_BYTES_MAX = 512 * 1024;
const SUBJECT_CHARS_MAX = 255;
/**
 * Of RFC 8176, what shows a second factor: several, a code of a device, a key, a card, or several channels. A message
 * to a telephone number is none: it goes to all who can take that number over.
 */
const SECOND_FACTORS: ReadonlySet<string> = new Set(['mfa', 'otp', 'hwk', 'swk', 'sc', 'mca']);
/** What the issuer's description must name. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const;
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

export class Issuer {
  private readonly options: IssuerOptions;
  private held: HeldMetadata | null = null;

  constructor(options: IssuerOptions) {
    this.options = options;
  }

  get label(): string | null {
    return this.options.settings()?.label ?? null;
  }

  /** The address to which the browser goes. Throws HESABU_ISSUER_UNREACHABLE and HESABU_ISSUER_INVALID. */
  begin({ state, nonce, verifier }: LoginFlow): Promise<string> {
    return this.withIssuer(async (oidc, config, { redirectUri, scopes, maxAgeSeconds }) => {
      const asked = {
        ...{ redirect_uri: redirectUri, scope: [...new Set(['openid', ...scopes])].join(' '), state, nonce },
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(maxAgeSeconds === null ? {} : { max_age: `${maxAgeSeconds}` }),
      };
      return oidc.buildAuthorizationUrl(config, asked).href;
    });
  }

  /** Who came back, by the query of the answer. Throws as `begin` does, and HESABU_ISSUER_REFUSED. */
  identify(answer: URLSearchParams, { state, nonce, verifier }: LoginFlow): Promise<VouchedLogin> {
    return this.withIssuer(async (oidc, config, { issuer, redirectUri, maxAgeSeconds, isSecondFactor }) => {
      const url = new URL(redirectUri);
      url.search = answer.toString();
      const checks = {
        ...{ pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
        ...(maxAgeSeconds === null ? {} : { maxAge: maxAgeSeconds }),
      };
      const claims = (await oidc.authorizationCodeGrant(config, url, checks)).claims()!;
      if (claims.sub.length > SUBJECT_CHARS_MAX) throw invalid(issuer, 'a `sub` of at most 255 characters', 'more');
      const hasSecondFactor = isSecondFactor || factorsOf(claims.amr).some((factor) => SECOND_FACTORS.has(factor));
      return { issuer: claims.iss, subject: claims.sub, hasSecondFactor };
    });
  }

  /** Reads the issuer's description, and nothing else. Throws as `begin` does. */
  async check(): Promise<void> {
    await this.withIssuer(async () => {});
  }

  private async withIssuer<Result>(
    work: (oidc: Package, config: Oidc.Configuration, settings: IssuerSettings) => Promise<Result>,
  ): Promise<Result> {
    const settings = this.options.settings();
    if (settings === null) throw new HesabuError('HESABU_NOT_FOUND', { where: 'an issuer of sign-ins' });
    const oidc = await import('openid-client');
    try {
      const metadata = await this.metadataOf(oidc, settings);
      const authentication = authenticationOf(oidc, metadata, settings);
      const config = new oidc.Configuration(metadata, settings.clientId, undefined, authentication);
      config[oidc.customFetch] = this.fetch;
      if (isPlain(settings)) oidc.allowInsecureRequests(config);
      // The token's signature counts, not only that TLS brought it. Keys are read anew each time: a sign-in is rare.
      oidc.enableNonRepudiationChecks(config);
      return await work(oidc, config, settings);
    } catch (error) {
      throw issuerFault(oidc, error, settings.issuer);
    }
  }

  /** One reading for all who wait for it. One that failed is not kept. */
  private metadataOf(oidc: Package, settings: IssuerSettings): Promise<Oidc.ServerMetadata> {
    const { issuer } = settings;
    const now = this.options.clock.now();
    const { held } = this;
    if (held !== null && held.issuer === issuer && now < held.at + METADATA_MILLIS) return held.metadata;
    const metadata = this.discover(oidc, settings);
    const next = { issuer, at: now, metadata };
    this.held = next;
    metadata.catch(() => {
      if (this.held === next) this.held = null;
    });
    return metadata;
  }

  private async discover(oidc: Package, settings: IssuerSettings): Promise<Oidc.ServerMetadata> {
    const { issuer, clientId } = settings;
    const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
      [oidc.customFetch]: this.fetch,
      execute: isPlain(settings) ? [oidc.allowInsecureRequests] : [],
    });
    const metadata = found.serverMetadata();
    // Of many tenants the package takes a pattern; here one issuer is meant.
    if (new URL(issuer).href !== URL.parse(metadata.issuer)?.href) {
      throw invalid(issuer, 'a description of this issuer', `one of ${metadata.issuer}`);
    }
    const missing = ENDPOINTS.find((name) => typeof metadata[name] !== 'string');
    if (missing !== undefined) throw invalid(issuer, `${missing} in its description`, 'none');
    return metadata;
  }

  /** Follows no redirect, calls only addresses that may be called, and is not archived: its bodies are secrets. */
  private readonly fetch: Oidc.CustomFetch = async (url, { method, headers, body }) => {
    const answer = await this.options.client.call({
      ...{ account: '', method: method === 'POST' ? 'POST' : 'GET', url, headers, names: [] },
      ...{ bytesMax: ANSWER_BYTES_MAX, ...(body === undefined || body === null ? {} : { body: String(body) }) },
    });
    const given = BODILESS.has(answer.status) ? null : new Uint8Array(answer.body);
    return new Response(given, { status: answer.status, headers: answer.headers });
  };
}

/** As the issuer takes it. In a form nothing is escaped twice, so that goes first. */
function authenticationOf(
  oidc: Package,
  { token_endpoint_auth_methods_supported: ways = ['client_secret_basic'] }: Oidc.ServerMetadata,
  { issuer, clientSecret }: IssuerSettings,
): Oidc.ClientAuth {
  const secret = clientSecret();
  if (secret === null) return oidc.None();
  if (ways.includes('client_secret_post')) return oidc.ClientSecretPost(secret);
  if (ways.includes('client_secret_basic')) return oidc.ClientSecretBasic(secret);
  throw invalid(issuer, 'client_secret_post or client_secret_basic', 'other ways for a client to say who it is');
}

function isPlain({ issuer }: IssuerSettings): boolean {
  return new URL(issuer).protocol === 'http:';
}

function factorsOf(amr: unknown): readonly string[] {
  return Array.isArray(amr) ? amr.filter((one) => typeof one === 'string') : [];
}
