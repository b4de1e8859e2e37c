// People, their sessions and their roles.

import { z } from 'zod';
import { LANGUAGES } from '../../../domain/language.ts';
import { PASSWORD_CHARS_MAX } from '../../access/password.ts';
import { PERSON_ROLES, PERSON_STATES, readMail, readName, SIGN_IN_WAYS } from '../../access/person.ts';
import { instant, merchantName, named, reason, text } from './basic.ts';

/** Of a request. How short one may be is said where it is chosen: what is too short is as wrong as any other. */
const password = z.string().min(1).max(PASSWORD_CHARS_MAX);
const code = z.string().max(16).optional();

export const SignInRequest = named('SignInRequest', z.strictObject({ name: text, password, code }));

export const InviteRequest = named(
  'InviteRequest',
  z.strictObject({ invite: text, password: password.optional(), code }),
);

/** The address of a page of the desk: no other place is gone to. */
const DESK_ADDRESS = /^\/desk\/[\w\-.~%/?&=:+,*@!();]*$/;
/** Also as browsers read `..` and `%2e%2e`. */
const isAtDesk = (to: string) => URL.parse(to, 'http://localhost')?.pathname.startsWith('/desk/') === true;
const ADDRESS_CHARS_MAX = 1_000;

export const IssuerBegin = named(
  'IssuerBegin',
  z.strictObject({
    invite: text.optional(),
    /** Where the page goes on. */
    to: z
      .string()
      .max(ADDRESS_CHARS_MAX)
      .regex(DESK_ADDRESS, 'expected an address below /desk/')
      .refine(isAtDesk, 'expected an address below /desk/')
      .meta({ pattern: '^/desk/[a-z]{0,20}$', examples: ['/desk/breaks'] })
      .optional(),
  }),
);

export const IssuerBegun = named('IssuerBegun', z.strictObject({ url: z.url() }));

/** Whatever comes is read: a fault of it is no reason to quote it. */
const given = z.union([z.string(), z.array(z.string())]).optional();

/** The answer of an issuer, in the query of the address to which it sends the browser. */
export const IssuerAnswer = z.looseObject({ state: given, code: given, iss: given, error: given });

export const NewPassword = named('NewPassword', z.strictObject({ password, new_password: password }));

export const InviteOpened = named(
  'InviteOpened',
  z.strictObject({
    name: z.string(),
    language: z.enum(LANGUAGES),
    /** The secret of the second factor in base 32, and as an authenticator app reads it; null where none is needed. */
    totp: z.strictObject({ secret: z.string(), uri: z.string() }).nullable(),
  }),
);

const Grant = named('Grant', z.strictObject({ role: z.enum(PERSON_ROLES), merchant: merchantName }));

const person = {
  id: z.string(),
  name: z.string(),
  mail: z.string().nullable(),
  language: z.enum(LANGUAGES),
  zone: z.string(),
};

export const Me = named(
  'Me',
  z.strictObject({
    person: z.strictObject(person),
    roles: z.array(Grant),
    sign_in: z.enum(SIGN_IN_WAYS),
    session_ends_at: instant,
  }),
);

export const Desk = named(
  'Desk',
  z.strictObject({
    /** The time of the ledger's last block, and of the answer. */
    as_of: instant,
    now: instant,
    /** In which days begin and end. */
    zone: z.string(),
    /** By currency: from it on a second person decides; always where there is none. */
    thresholds: z.record(z.string(), z.string()),
    /** For which one does in any case. */
    always: z.array(reason),
    people: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        /** For whichever merchant. */
        roles: z.array(z.enum(PERSON_ROLES)),
        disabled: z.boolean(),
      }),
    ),
  }),
);

export const SignedOut = named('SignedOut', z.strictObject({}));

const GRANTS_MAX = 500;
const grants = z.array(Grant).max(GRANTS_MAX);

/** Narrower than what is read, as forms in the document are. */
const NAME_FORM = "^[A-Z][a-z]{1,20}( [A-Z][a-z']{1,20}){0,3}$";
const MAIL_FORM = '^[a-z][a-z0-9._+-]{0,40}@[a-z][a-z0-9-]{0,40}\\.[a-z]{2,20}$';

export const NewPerson = named(
  'NewPerson',
  z.strictObject({
    name: text
      .refine((written) => readName(written) !== undefined, 'expected a name of at most 100 characters, without @')
      .overwrite((written) => readName(written) ?? written)
      .meta({ pattern: NAME_FORM, examples: ['Asha Mushi'] }),
    mail: text
      .refine((written) => readMail(written) !== undefined, 'expected a mail address')
      .overwrite((written) => readMail(written) ?? written)
      .meta({ pattern: MAIL_FORM, examples: ['asha@example.com'] })
      .nullable()
      .default(null),
    language: z.enum(LANGUAGES).default('en'),
    /** An IANA time zone. */
    zone: text.meta({ examples: ['Africa/Nairobi'] }).default('UTC'),
    roles: grants,
  }),
);

export const NewRoles = named('NewRoles', z.strictObject({ roles: grants }));

const ListedPerson = named(
  'Person',
  z.strictObject({
    ...person,
    roles: z.array(Grant),
    state: z.enum(PERSON_STATES),
    /** How the person signs in; null who cannot yet. */
    sign_in: z.enum(SIGN_IN_WAYS).nullable(),
    created_at: instant,
  }),
);

export const People = named('People', z.strictObject({ people: z.array(ListedPerson) }));

export const ChangedPerson = named(
  'ChangedPerson',
  z.strictObject({ person: ListedPerson, invite: z.string().nullable() }),
);
