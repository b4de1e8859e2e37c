// Signing in at an outside issuer: what the service says of it, and the way there and back.

import { post } from '../api/client.ts';

const ADDRESS_CHARS_MAX = 1_000;
const ADDRESS = /^\/desk\/[\w\-.~%/?&=:+,*@!();]*$/;
const REFUSED = 'refused';

/** What people call the issuer; null if there is none. */
export const ISSUER: string | null = document.getElementById('desk')?.dataset.issuer ?? null;

/** The code with which a sign-in at the issuer failed. It is taken out of the address, which then is as before. */
export const REFUSED_CODE: string | null = takeRefused();

function takeRefused(): string | null {
  const url = new URL(location.href);
  const code = url.searchParams.get(REFUSED);
  if (code === null) return null;
  url.search = url.search.replace(/[?&]refused=\w*$/, '');
  history.replaceState(history.state, '', url);
  return code;
}

/**
 * Leaves the page for the issuer's; where the person is now, the page goes on afterwards. The issuer sends people back
 * to one address of the service: who is at another one begins again there.
 */
export async function goToIssuer(invite?: string): Promise<void> {
  const to = location.pathname + location.search;
  const isKept = to.length <= ADDRESS_CHARS_MAX && ADDRESS.test(to);
  const asked = { ...(isKept ? { to } : {}), ...(invite === undefined ? {} : { invite }) };
  const { url } = await post<{ readonly url: string }>('/v1/session/oidc', asked);
  const { origin } = new URL(new URL(url).searchParams.get('redirect_uri') ?? location.href);
  location.assign(origin === location.origin ? url : origin + to);
}
