// The codes of who may do what, a part of the table in error-codes.ts.

import { type ErrorEntry, input, machine } from './error-entry.ts';

export const ACCESS_ERRORS = {
  HESABU_UNAUTHORISED: input(
    'no valid API key or session came with the request',
    'Send the header Authorization: Bearer KEY, or sign in.',
  ),
  HESABU_FORBIDDEN: input(
    'the API key or the person may not do this',
    'Use a key whose role and merchants allow it, or let a person with the role do it.',
  ),
  HESABU_SIGN_IN_REFUSED: input(
    'the name, the password or the code is not right',
    'Try again with a new code: each counts once. An admin gives a new invite with hesabu people reset.',
  ),
  HESABU_INVITE_INVALID: input(
    'the invite does not count',
    'Ask for a new one: it counts for 72 hours, and once. hesabu people reset makes one.',
  ),
  HESABU_SIGN_IN_EXPIRED: input(
    'this browser did not begin the sign-in at the issuer, or too long ago',
    'Begin again on the sign-in page, at the address of public_url. An answer counts once, for ten minutes.',
  ),
  HESABU_ISSUER_UNREACHABLE: machine(
    'the issuer of sign-ins does not answer',
    'Try again later; who has a password signs in by it. hesabu doctor shows what is wrong with oidc.',
  ),
  HESABU_ISSUER_INVALID: machine(
    'the answer of the issuer of sign-ins does not hold',
    'An admin looks at the log, compares oidc with what the issuer knows, and runs hesabu doctor.',
  ),
  HESABU_ISSUER_REFUSED: input(
    'the issuer of sign-ins let nobody in',
    'Begin again on the sign-in page. If it happens each time, ask those who run the issuer.',
  ),
  HESABU_LOGIN_UNKNOWN: input(
    'nobody here is known by this login at the issuer',
    'Ask an admin for an invite, and take it with the button of the issuer. hesabu people reset makes one.',
  ),
  HESABU_LOGIN_TAKEN: input(
    'somebody else here is known by this login at the issuer',
    'Sign out at the issuer, and take the invite as yourself. hesabu people reset frees a login.',
  ),
  HESABU_FACTOR_MISSING: input(
    'the issuer did not say that a second factor was shown',
    'Sign in there with a second factor. An admin makes the issuer tell it by amr, or sets oidc.second_factor: issuer.',
  ),
  HESABU_PASSWORD_WEAK: input('the password is too easy to guess', 'Take a sentence of four words or more.'),
  HESABU_ORIGIN_REFUSED: input(
    'the request does not come from a page of this service',
    'Send Origin and X-Hesabu-Request: 1, or use an API key. Behind another address, set public_url.',
  ),
  HESABU_PERSON_MISSING: input(
    'the API key names no person',
    'Use a key that was created with hesabu keys create --person NAME.',
  ),
  HESABU_SAME_PERSON: input(
    'the person who asked may not approve',
    'Let another person approve, with a key of their own.',
  ),
  HESABU_SIGN_IN_NEEDED: input(
    'only a person who is signed in may decide this',
    'Sign in as a person with that role: a key of the API proposes, and never approves.',
  ),
} as const satisfies Record<string, ErrorEntry>;
