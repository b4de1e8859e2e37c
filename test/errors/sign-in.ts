// Errors of signing in at an outside issuer, as the page gets their codes and the log has their sentences.

import { type GivenIssuer, withIssuer } from '../http/access/given-issuer.ts';
import type { FakeIssuer } from '../outbound/oidc/fake-issuer.ts';
import type { Provocation, Provocations } from './provocation.ts';

/** What the log says of the answer to which the last step leads. */
const arriving =
  (prepare: (desk: GivenIssuer) => Promise<object | undefined>, change?: (issuer: FakeIssuer) => void): Provocation =>
  async () => {
    let line = '';
    await withIssuer(async (desk) => {
      const { issuer, browser, lines } = desk;
      const own = browser();
      const { url } = (await own.begin(await prepare(desk))).json;
      change?.(issuer);
      await own.comeBack(issuer.signIn(url));
      line = JSON.parse(lines.at(-1)!).reason.replaceAll(issuer.url, 'https://login.example.com');
    });
    return line;
  };

const nobody = async () => undefined;

type SignInCode =
  | 'HESABU_SIGN_IN_EXPIRED'
  | 'HESABU_ISSUER_UNREACHABLE'
  | 'HESABU_ISSUER_INVALID'
  | 'HESABU_ISSUER_REFUSED'
  | 'HESABU_LOGIN_UNKNOWN'
  | 'HESABU_LOGIN_TAKEN'
  | 'HESABU_FACTOR_MISSING';

export const SIGN_IN: Provocations<SignInCode> = {
  HESABU_SIGN_IN_EXPIRED: arriving(nobody, ({ faults }) => {
    faults.answer = { state: 'A'.repeat(43) };
  }),
  HESABU_ISSUER_UNREACHABLE: arriving(nobody, ({ faults }) => {
    faults.meddle = (_path, response) => response.writeHead(500).end() !== undefined;
  }),
  HESABU_ISSUER_INVALID: arriving(nobody, ({ faults }) => {
    faults.claims = { aud: 'another' };
  }),
  HESABU_ISSUER_REFUSED: arriving(nobody, ({ faults }) => {
    faults.answer = { code: null, error: 'access_denied' };
  }),
  HESABU_LOGIN_UNKNOWN: arriving(nobody),
  HESABU_LOGIN_TAKEN: arriving(async ({ bound, invited }) => {
    await bound('Asha', 'subject-1');
    return { invite: invited('Juma') };
  }),
  HESABU_FACTOR_MISSING: arriving(async ({ invited }) => ({ invite: invited('Juma', 'approver') })),
};
