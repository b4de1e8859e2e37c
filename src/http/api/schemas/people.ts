// People, their sessions and their roles.

import { z } from 'zod';
import { LANGUAGES } from '../../../domain/language.ts';
import { PASSWORD_CHARS_MAX } from '../../access/password.ts';
import { PERSON_ROLES } from '../../access/person.ts';
import { instant, named, text } from './basic.ts';

/** Of a request. How short one may be is said where it is chosen: what is too short is as wrong as any other. */
const password = z.string().min(1).max(PASSWORD_CHARS_MAX);
const code = z.string().max(16).optional();

export const SignInRequest = named('SignInRequest', z.strictObject({ name: text, password, code }));

export const InviteRequest = named(
  'InviteRequest',
  z.strictObject({ invite: text, password: password.optional(), code }),
);

export const InviteOpened = named(
  'InviteOpened',
  z.strictObject({
    name: z.string(),
    language: z.enum(LANGUAGES),
    /** The secret of the second factor in base 32, and as an authenticator app reads it; null where none is needed. */
    totp: z.strictObject({ secret: z.string(), uri: z.string() }).nullable(),
  }),
);

const Grant = named('Grant', z.strictObject({ role: z.enum(PERSON_ROLES), merchant: text }));

const person = {
  id: z.string(),
  name: z.string(),
  mail: z.string().nullable(),
  language: z.enum(LANGUAGES),
  zone: z.string(),
};

export const Me = named(
  'Me',
  z.strictObject({ person: z.strictObject(person), roles: z.array(Grant), session_ends_at: instant }),
);

export const SignedOut = named('SignedOut', z.strictObject({}));
