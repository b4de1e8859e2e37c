// The outside issuer of sign-ins as a port. The service asks it by OpenID Connect; routes need no more than this.

import type { LoginFlow, VouchedLogin } from '../../domain/login.ts';

export interface IssuerPort {
  /** What people call the issuer; null if the configuration names none. */
  readonly label: string | null;
  /** The address to which the browser goes. Throws HESABU_ISSUER_UNREACHABLE and HESABU_ISSUER_INVALID. */
  begin(flow: LoginFlow): Promise<string>;
  /** Who came back, by the query of the answer. Throws as `begin` does, and HESABU_ISSUER_REFUSED. */
  identify(answer: URLSearchParams, flow: LoginFlow): Promise<VouchedLogin>;
}
