// The notices of who may do what, and who gets which cases: each change is told to approvers, however it was made,
// since who gives rights could give them to a friend. What was told last is compared with what there is.

import { hash } from 'node:crypto';
import type { ReaderLanguage } from '../../domain/language.ts';
import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { PeopleStore } from '../../http/access/people-store.ts';
import type { Person, PersonRole } from '../../http/access/person.ts';
import type { Notice, NoticeEvent } from '../../outbound/notices/notice.ts';
import type { Clock } from '../../runtime/clock.ts';
import { messageId } from '../../runtime/outgoing-message.ts';
import type { LoadedConfig } from '../config/config-file.ts';
import type { Addressed } from './case-notices.ts';
import type { NoticePeople } from './notice-people.ts';

const SETTINGS = ['routing', 'channels'] as const;
type Setting = (typeof SETTINGS)[number];

interface Access {
  /** Their roles, as `ROLE@MERCHANT`; none of who is disabled. */
  readonly roles: readonly string[];
  /** Of an invite that waits, by which a way to sign in is chosen. */
  readonly invite: string | null;
}

const HASH_SHOWN = 16;

interface State {
  readonly people: Readonly<Record<string, Access>>;
  /** The hash of each part of the configuration: it may name secrets. */
  readonly settings: Readonly<Record<Setting, string>>;
}

interface AccessParts {
  readonly people: Pick<PeopleStore, 'list' | 'get'>;
  readonly notified: NoticePeople;
  readonly loaded: () => Pick<LoadedConfig, 'config'>;
  readonly clock: Pick<Clock, 'now'>;
}

export class AccessNotices {
  private readonly parts: AccessParts;

  constructor(parts: AccessParts) {
    this.parts = parts;
  }

  /** As it is remembered. */
  get state(): string {
    const { people, loaded } = this.parts;
    const { desk, channels, mail } = loaded().config;
    const state: State = {
      people: Object.fromEntries(people.list().map((person) => [person.id, accessOf(person)])),
      settings: { routing: hashOf(desk.routing), channels: hashOf([channels, mail ?? null]) },
    };
    return JSON.stringify(state);
  }

  /** What is told of all that changed since; null where nothing did. Who remembers nothing begins with what is. */
  since(known: string | undefined): { readonly made: readonly Addressed[]; readonly state: string } | null {
    const { state } = this;
    if (state === known) return null;
    return { made: known === undefined ? [] : this.changes(JSON.parse(known), JSON.parse(state)), state };
  }

  private changes(known: State, after: State): Addressed[] {
    const people = Object.entries(after.people).flatMap(([id, access]) => {
      return this.ofPerson(id, known.people[id] ?? { roles: [], invite: null }, access);
    });
    const settings = SETTINGS.filter((name) => known.settings[name] !== after.settings[name]).map((name) => {
      return this.addressed(
        'settings.changed',
        `${name} ${after.settings[name]}`,
        '',
        textsOf((words) => words[name]),
      );
    });
    return [...people, ...settings];
  }

  private ofPerson(id: string, before: Access, access: Access): Addressed[] {
    const isReset = access.invite !== null && access.invite !== before.invite;
    const [was, is] = [before.roles, access.roles];
    if (!isReset && was.join() === is.join()) return [];
    const what = `${id} ${JSON.stringify(access)}`;
    const name = this.parts.people.get(id)?.name ?? id;
    const merchant = merchantIn([...was, ...is]);
    const all = this.addressed('people.changed', what, merchant, textOf(name, was, is));
    if (merchant !== '') return [all];
    // Who approves for single merchants hears of the roles there, and of no other merchant.
    const shops = this.parts.notified.merchantsWith('approver').filter((shop) => shop !== ALL_MERCHANTS);
    const each = shops.flatMap((shop): Addressed[] => {
      const [wasHere, isHere] = [was, is].map((roles) => rolesAt(roles, shop));
      const isOthers = wasHere!.join() === isHere!.join() && (!isReset || isHere!.length === 0);
      if (isOthers) return [];
      const text = textOf(name, wasHere!, isHere!);
      const { notice, people } = this.addressed('people.changed', `${what} ${shop}`, shop, text);
      const others = people.filter((person) => !all.people.includes(person));
      return others.length === 0 ? [] : [{ notice, people: others, isForPeople: true }];
    });
    return [all, ...each];
  }

  private addressed(event: NoticeEvent, what: string, merchant: string, text: Notice['text']): Addressed {
    const { clock, notified } = this.parts;
    const at = clock.now();
    const notice: Notice = {
      ...{ id: messageId(event, what, `${at}`), event, merchant, at, isCritical: false, reference: null, reason: null },
      ...{ value: [], count: 1, text, change: null, path: '/desk/audit' },
    };
    return { notice, people: notified.with('approver', merchant === '' ? ALL_MERCHANTS : merchant) };
  }
}

function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'hex');
}

function accessOf({ grants, disabled_at, invite }: Person): Access {
  const roles = grants.map(({ role, merchant }) => `${role}@${merchant}`).sort();
  return { roles: disabled_at === null ? roles : [], invite: invite?.hash.slice(0, HASH_SHOWN) ?? null };
}

/** A new way to sign in, where the roles are the same. */
function textOf(name: string, was: readonly string[], is: readonly string[]): Notice['text'] {
  const hasOthers = was.join() !== is.join();
  return textsOf((words) => {
    return words.person(name, hasOthers ? words.roles(rolesText(was, words), rolesText(is, words)) : words.reset);
  });
}

/** Those that count for a merchant. */
function rolesAt(roles: readonly string[], merchant: string): readonly string[] {
  return roles.filter((role) => role.endsWith(`@${merchant}`) || role.endsWith(`@${ALL_MERCHANTS}`));
}

/** The only merchant that the roles are for; '' where they are for several, or for all. */
function merchantIn(roles: readonly string[]): string {
  const [first = ALL_MERCHANTS, ...others] = new Set(roles.map((role) => role.slice(role.indexOf('@') + 1)));
  return others.length > 0 || first === ALL_MERCHANTS ? '' : first;
}

interface Words {
  readonly person: (name: string, change: string) => string;
  readonly roles: (was: string, is: string) => string;
  readonly reset: string;
  readonly none: string;
  readonly names: Readonly<Record<PersonRole, string>>;
  readonly routing: string;
  readonly channels: string;
}

const WORDS: Readonly<Record<ReaderLanguage, Words>> = {
  en: {
    person: (name, change) => `${name}: ${change}`,
    roles: (was, is) => `had ${was}, has ${is}`,
    reset: 'gets a new way to sign in, by an invite',
    none: 'no role',
    names: { operator: 'operator', approver: 'approver', auditor: 'auditor', admin: 'admin' },
    routing: 'Who gets which cases was changed',
    channels: 'The channels of notices, or the mail server, were changed',
  },
  'zh-CN': {
    person: (name, change) => `${name}：${change}`,
    roles: (was, is) => `角色原为${was}，现为${is}`,
    reset: '凭邀请重设登录方式',
    none: '无',
    names: { operator: '经办', approver: '复核', auditor: '审计', admin: '管理员' },
    routing: '差错的分派规则已更改',
    channels: '通知渠道或邮件服务器已更改',
  },
  fr: {
    person: (name, change) => `${name} : ${change}`,
    roles: (was, is) => `avait ${was}, a ${is}`,
    reset: 'reçoit un nouveau moyen de connexion, par une invitation',
    none: 'aucun rôle',
    names: { operator: 'opérateur', approver: 'approbateur', auditor: 'auditeur', admin: 'administrateur' },
    routing: 'La répartition des écarts a été modifiée',
    channels: 'Les canaux des messages ou le serveur de courrier ont été modifiés',
  },
};

function rolesText(roles: readonly string[], { names, none }: Words): string {
  if (roles.length === 0) return none;
  return roles.map((one) => one.replace(/^[a-z]+/, (role) => names[role as PersonRole])).join(', ');
}

function textsOf(sentence: (words: Words) => string): Notice['text'] {
  return Object.fromEntries(Object.entries(WORDS).map(([language, words]) => [language, sentence(words)]));
}
