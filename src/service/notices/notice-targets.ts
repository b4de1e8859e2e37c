// To whom a notice goes: the channels of the configuration that want it, and the people whom it concerns, by mail. Each
// has a queue, made when it is first needed, so a configuration that is read again needs no restart.

import type { DatabaseSync } from 'node:sqlite';
import type { Logger } from 'pino';
import { HesabuError } from '../../domain/errors.ts';
import type { ReaderLanguage } from '../../domain/language.ts';
import { ALL_MERCHANTS } from '../../http/access/api-key.ts';
import type { PeopleStore } from '../../http/access/people-store.ts';
import type { Person } from '../../http/access/person.ts';
import type { Channel, ChannelCalls, Verdict } from '../../outbound/channels/channel.ts';
import { dingtalk } from '../../outbound/channels/dingtalk.ts';
import { lark } from '../../outbound/channels/lark.ts';
import { mail } from '../../outbound/channels/mail.ts';
import { slack } from '../../outbound/channels/slack.ts';
import { wecom } from '../../outbound/channels/wecom.ts';
import type { OutgoingClient } from '../../outbound/client/client.ts';
import { limitMemory } from '../../outbound/client/limit-table.ts';
import { messageOf, type Notice } from '../../outbound/notices/notice.ts';
import { NoticeQueue, type NoticeTarget } from '../../outbound/notices/notice-queue.ts';
import { noticeText, type TextTerms } from '../../outbound/notices/notice-text.ts';
import type { MessageTable } from '../../outbound/outbox/message-table.ts';
import type { Outbox } from '../../outbound/outbox/outbox.ts';
import { wantsMessage } from '../../outbound/outbox/target.ts';
import type { Clock } from '../../runtime/clock.ts';
import { knownSecrets } from '../../runtime/known-secrets.ts';
import type { Meter } from '../../runtime/meter.ts';
import type { ChannelConfig } from '../config/channel-forms.ts';
import type { LoadedConfig } from '../config/config-file.ts';
import type { NoticeTable } from './notice-table.ts';
import type { ReportOf } from './report-books.ts';

export interface NoticeTargetParts {
  readonly loaded: () => LoadedConfig;
  readonly people: PeopleStore;
  readonly table: NoticeTable;
  readonly outbox: Outbox;
  readonly client: OutgoingClient;
  readonly database: DatabaseSync;
  readonly clock: Clock;
  readonly meter: Meter;
  readonly logger: Logger;
  readonly reportOf: ReportOf;
}

const ANSWER_BYTES_MAX = 64 * 1024;
/** Parts of an address that let somebody in: a token is as long at least, and a part of this length is one surely. */
const TOKEN_LENGTH_MIN = 8;
const WORD_LENGTH_MAX = 19;

export class NoticeTargets {
  private readonly parts: NoticeTargetParts;
  private readonly queues = new Map<string, NoticeQueue>();

  constructor(parts: NoticeTargetParts) {
    this.parts = parts;
    for (const { name } of this.channels) this.ensure(channelTarget(name));
    for (const { id } of parts.people.list()) this.ensure(mailTarget(id));
  }

  /** Whether anybody could be told anything. */
  get isEmpty(): boolean {
    return this.channels.length === 0 && !this.hasMail;
  }

  get hasMail(): boolean {
    return this.parts.loaded().config.mail !== undefined;
  }

  get channels(): readonly ChannelConfig[] {
    return this.parts.loaded().config.channels;
  }

  /** Stores a notice for the channels that want it, and for these people. */
  put(notice: Notice, people: readonly Person[], isForPeople = false): void {
    const message = messageOf(notice);
    const chats = this.channels.filter(({ events: types, merchants }) => {
      return !isForPeople && wantsMessage({ types, merchants }, message);
    });
    const mails = people.filter((person) => this.isWanted(notice, person));
    // A person may be the owner and the maker.
    const names = [...chats.map(({ name }) => channelTarget(name)), ...new Set(mails.map(({ id }) => mailTarget(id)))];
    if (names.length === 0) return;
    for (const name of names) this.ensure(name);
    this.parts.outbox.putTo(message, names);
  }

  /** Stores what only one target gets. */
  putTo(notice: Notice, name: string): void {
    this.ensure(name);
    this.parts.outbox.putTo(messageOf(notice), [name]);
  }

  /** The target as the configuration has it now; null if it has none of this name. */
  target(name: string): NoticeTarget | null {
    const [kind, id] = [name.slice(0, name.indexOf(' ')), name.slice(name.indexOf(' ') + 1)];
    if (kind === 'mail') return this.mailOf(id);
    const channel = this.channels.find((one) => one.name === id);
    return channel === undefined ? null : this.withTerms(this.channelOf(channel), channel);
  }

  /**
   * Sends it now, within the target's limit. Throws HESABU_NOT_FOUND where there is no such target, and GatewayLimited
   * where nothing more may be sent for now.
   */
  async test(name: string, notice: Notice): Promise<Verdict> {
    // No queue is made for a name that nobody gave.
    if (this.target(name) === null) throw new HesabuError('HESABU_NOT_FOUND', { where: name });
    return this.ensure(name).test(notice);
  }

  wantsDigest(person: Person): boolean {
    return this.isReached(person) && ['all', 'digest'].includes(this.parts.table.preferencesOf(person.id).mail);
  }

  /** Nobody hears of a merchant for whom he has no role, even if he is the owner. */
  private isWanted({ merchant, isCritical }: Notice, person: Person): boolean {
    const mayKnow = person.grants.some((grant) => {
      return grant.merchant === ALL_MERCHANTS || (merchant !== '' && grant.merchant === merchant);
    });
    if (!mayKnow || !this.isReached(person)) return false;
    const { mail: wanted } = this.parts.table.preferencesOf(person.id);
    return wanted === 'all' || (wanted === 'critical' && isCritical);
  }

  private isReached({ mail: address, disabled_at }: Person): boolean {
    return address !== null && disabled_at === null && this.hasMail;
  }

  private mailOf(id: string): NoticeTarget | null {
    const { people, table } = this.parts;
    const person = people.get(id);
    if (person === undefined || person.mail === null || person.disabled_at !== null) return null;
    const channel = this.mailTo(person.mail, person.language);
    if (channel === null) return null;
    const { detail } = table.preferencesOf(id);
    return this.withTerms(channel, { language: person.language, zone: person.zone, detail });
  }

  private withTerms(
    channel: Channel | null,
    { language, zone, detail }: Omit<TextTerms, 'publicUrl'>,
  ): NoticeTarget | null {
    if (channel === null) return null;
    const publicUrl = this.parts.loaded().config.public_url ?? null;
    return { channel, compose: (notices) => noticeText(notices, { language, zone, detail, publicUrl }) };
  }

  private channelOf(config: ChannelConfig): Channel | null {
    const { secret } = this.parts.loaded();
    const urlOf = (place: Parameters<typeof secret>[0]) => hidden(secret(place));
    const calls = this.calls();
    switch (config.kind) {
      case 'dingtalk': {
        const key = config.secret === undefined ? null : secret(config.secret);
        return dingtalk({ url: urlOf(config.url), secret: key, keyword: config.keyword ?? null }, calls);
      }
      case 'lark':
        return lark(
          { url: urlOf(config.url), secret: config.secret === undefined ? null : secret(config.secret) },
          calls,
        );
      case 'wecom':
        return wecom({ url: urlOf(config.url), mention: config.mention }, calls);
      case 'slack':
        return slack({ url: urlOf(config.url) }, calls);
      case 'mail':
        return this.mailTo(config.to, config.language);
    }
  }

  private mailTo(to: string, language: ReaderLanguage): Channel | null {
    const { reportOf, loaded } = this.parts;
    const { config, secret } = loaded();
    if (config.mail === undefined) return null;
    const { host, port, user = null, password, from } = config.mail;
    const settingsUrl = config.public_url === undefined ? null : new URL('/desk/settings', config.public_url).href;
    return mail({
      ...{ host, port, user, password: password === undefined ? null : secret(password), from, to, settingsUrl },
      isAllowed: config.outgoing.allow.includes(`${host}:${port}`),
      timeoutMillis: config.outgoing.timeout,
      reportOf: (day) => reportOf(day, language),
    });
  }

  private calls(): ChannelCalls {
    const { client, clock } = this.parts;
    return {
      now: () => clock.now(),
      post: (url, body) => {
        const headers = { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'hesabu' };
        const call = { account: '', method: 'POST', url, headers, body: JSON.stringify(body), names: [] } as const;
        return client.call({ ...call, bytesMax: ANSWER_BYTES_MAX });
      },
    };
  }

  private ensure(name: string): NoticeQueue {
    const known = this.queues.get(name);
    if (known !== undefined) return known;
    const { outbox, database, clock, meter, logger } = this.parts;
    const memory = limitMemory(database, `notices ${name}`);
    const target = () => this.target(name);
    const queueOf = (table: MessageTable) => new NoticeQueue({ name, target, table, memory, clock, meter, logger });
    const queue = outbox.addQueue(queueOf);
    this.queues.set(name, queue);
    return queue;
  }
}

export function channelTarget(name: string): string {
  return `channel ${name}`;
}

export function mailTarget(person: string): string {
  return `mail ${person}`;
}

/** Who has the address may write there: its parts are secrets too, wherever a text quotes one alone. */
function hidden(url: string): string {
  const { pathname, searchParams } = new URL(url);
  for (const part of [...pathname.split('/'), ...searchParams.values()]) {
    const isToken = part.length > WORD_LENGTH_MAX || (part.length >= TOKEN_LENGTH_MIN && /\d/.test(part));
    if (isToken) knownSecrets.add(part);
  }
  return url;
}
