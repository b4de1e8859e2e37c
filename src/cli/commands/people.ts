// `hesabu people`: creates, lists, changes and disables the people of a data directory. A running service applies it at
// once.

import { printable, tableText } from '../../app/reports/table.ts';
import { isZone } from '../../domain/calendar.ts';
import { HesabuError } from '../../domain/errors.ts';
import { LANGUAGES } from '../../domain/language.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import { type ChangedPerson, PeopleStore } from '../../http/access/people-store.ts';
import {
  type Grant,
  INVITE_MILLIS,
  PERSON_ROLES,
  type Person,
  personState,
  readMail,
  readName,
  signInWay,
} from '../../http/access/person.ts';
import { SYSTEM_CLOCK } from '../../runtime/clock.ts';

export interface PeopleOptions {
  readonly data: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

export type ChangePersonOptions = PeopleOptions;

export interface RolesOptions extends PeopleOptions {
  readonly roles: readonly string[];
}

export interface CreatePersonOptions extends RolesOptions {
  readonly name: string;
  readonly mail?: string;
  readonly language: string;
  readonly zone: string;
}

const INVITE_HOURS = INVITE_MILLIS / 3_600_000;

const WORDS = {
  en: {
    made: (id: string) => `Person ${id} was created.`,
    granted: (id: string) => `Person ${id} has these roles now.`,
    reset: (id: string) => `Person ${id} has no way to sign in now.`,
    disabled: (id: string) => `Person ${id} is disabled.`,
    invite: `The invite counts for ${INVITE_HOURS} hours. It is shown here and never again:`,
    none: 'There are no people yet. Create one with hesabu people create.',
    columns: ['Person', 'Name', 'Mail', 'Roles', 'Created', 'State'],
    states: { live: 'live', invited: 'invited', disabled: 'disabled', locked: 'needs a new invite' },
  },
  'zh-CN': {
    made: (id: string) => `人员 ${id} 已创建。`,
    granted: (id: string) => `人员 ${id} 的角色已更改。`,
    reset: (id: string) => `人员 ${id} 的登录方式已清除。`,
    disabled: (id: string) => `人员 ${id} 已停用。`,
    invite: `邀请码 ${INVITE_HOURS} 小时内有效，只在此处显示一次：`,
    none: '还没有人员。请用 hesabu people create 创建。',
    columns: ['人员', '姓名', '邮箱', '角色', '创建时间', '状态'],
    states: { live: '有效', invited: '待接受邀请', disabled: '已停用', locked: '需要新的邀请' },
  },
} satisfies Record<Language, unknown>;

/** Creates a person and prints the invite, which is never shown again. Returns exit code 0, as all of these do. */
export function createPerson(options: CreatePersonOptions): number {
  const { language, zone } = options;
  const name = readName(options.name);
  if (name === undefined) throw usage('--name', 'the name of a person, of at most 100 characters and without @');
  const mail = options.mail === undefined ? null : readMail(options.mail);
  if (mail === undefined) throw usage('--mail', 'a mail address');
  if (!isOneOf(LANGUAGES, language)) throw usage('--language', `one of ${LANGUAGES.join(', ')}`);
  if (!isZone(zone)) throw usage('--zone', 'an IANA time zone such as Africa/Nairobi');
  const request = { name, mail, language, zone, grants: grantsOf(options.roles) };
  const changed = new PeopleStore(options.data).create(request, SYSTEM_CLOCK.now());
  return printChange(options, changed, WORDS[options.lang].made);
}

export function listPeople(options: PeopleOptions): number {
  const words = WORDS[options.lang];
  const people = new PeopleStore(options.data).list().map(shown);
  const rows = people.map(({ id, name, mail, roles, created_at, state }) => {
    const texts = [name, mail ?? '', roles.join(', ')].map(printable);
    return [id, ...texts, created_at, words.states[state]];
  });
  const columns = words.columns.map((title) => ({ title }));
  return print(options, { people }, people.length === 0 ? words.none : tableText(columns, rows));
}

/** Throws HESABU_PERSON_UNKNOWN and HESABU_ROLES_CONFLICT. */
export function changeRoles(id: string, options: RolesOptions): number {
  const changed = new PeopleStore(options.data).grant(id, grantsOf(options.roles), SYSTEM_CLOCK.now());
  return printChange(options, changed, WORDS[options.lang].granted);
}

/** Throws HESABU_PERSON_UNKNOWN. */
export function resetPerson(id: string, options: ChangePersonOptions): number {
  const changed = new PeopleStore(options.data).invite(id, SYSTEM_CLOCK.now());
  return printChange(options, changed, WORDS[options.lang].reset);
}

/** Throws HESABU_PERSON_UNKNOWN. */
export function disablePerson(id: string, options: ChangePersonOptions): number {
  const person = new PeopleStore(options.data).disable(id, SYSTEM_CLOCK.now());
  return printChange(options, { person, invite: null }, WORDS[options.lang].disabled);
}

/** Of texts such as `operator@savanna-crafts`. */
function grantsOf(texts: readonly string[]): Grant[] {
  return texts.map((text) => {
    const [role = '', ...rest] = text.split('@');
    const merchant = rest.join('@').trim();
    if (isOneOf(PERSON_ROLES, role) && merchant !== '') return { role, merchant };
    throw usage('--roles', `ROLE@MERCHANT, with one of the roles ${PERSON_ROLES.join(', ')}`, `"${text}"`);
  });
}

function isOneOf<Text extends string>(list: readonly Text[], text: string): text is Text {
  return list.some((one) => one === text);
}

/** A person without what gives access. */
function shown(person: Person) {
  const { id, name, mail, language, zone, grants, created_at } = person;
  const roles = grants.map(({ role, merchant }) => `${role}@${merchant}`);
  const state = personState(person, SYSTEM_CLOCK.now());
  const about = { id, name, mail, language, zone, roles, created_at: formatInstant(created_at) };
  return { ...about, state, sign_in: signInWay(person) };
}

function printChange(
  options: PeopleOptions,
  { person, invite }: ChangedPerson,
  sentence: (id: string) => string,
): number {
  const words = WORDS[options.lang];
  const text = invite === null ? [] : [words.invite, invite];
  return print(options, { ...shown(person), invite }, [sentence(person.id), ...text].join('\n'));
}

function usage(where: string, expected: string, found?: string): HesabuError {
  return new HesabuError('HESABU_USAGE', { where, expected, ...(found === undefined ? {} : { found }) });
}

function print({ format }: PeopleOptions, result: object, text: string): number {
  process.stdout.write(format === 'json' ? `${JSON.stringify(result)}\n` : `${text}\n`);
  return 0;
}
