// For tests of notices: a room, people with mail, and what is stored for each of them.
import type { DatabaseSync } from 'node:sqlite';
import type { ReaderLanguage } from '../../src/domain/language.ts';
import { casePage } from '../../src/engine/cases.ts';
import type { OutgoingClient } from '../../src/outbound/client/client.ts';
import type { Detail, Notice } from '../../src/outbound/notices/notice.ts';
import { noticeIn } from '../../src/outbound/notices/notice.ts';
import { noticeText } from '../../src/outbound/notices/notice-text.ts';
import { Outbox } from '../../src/outbound/outbox/outbox.ts';
import { AlertTable } from '../../src/projections/alerts/alert-table.ts';
import type { Routing } from '../../src/projections/cases/case-owners.ts';
import type { AskedPage } from '../../src/projections/cases/case-question.ts';
import type { SettledQuestion } from '../../src/projections/cases/settled-proposals.ts';
import { NO_METER } from '../../src/runtime/meter.ts';
import type { LoadedConfig } from '../../src/service/config/config-file.ts';
import { Notices } from '../../src/service/notices/notices.ts';
import { type Desk, withDesk } from '../http/api/given-cases.ts';

const CHANNEL = {
  ...{ name: 'room', kind: 'slack', url: { env: 'ROOM' }, events: ['*'], merchants: ['*'] },
  ...{ language: 'en', zone: 'UTC', detail: 'amount' },
} as const;

interface World extends Desk {
  readonly notices: Notices;
  readonly routing: { rows: Routing };
  /** What was said to whom since the last time, as `EVENT REFERENCE -> TARGET`. */
  told(): Promise<string[]>;
  /** The same of who may do what, which the others leave out. */
  toldOfAccess(): Promise<string[]>;
  /** All that waits for a target as one text. */
  textFor(target: string, language?: ReaderLanguage, detail?: Detail): string[];
  /** The id of a new person with a mail address. */
  person(name: string, role: 'operator' | 'approver', merchant: string): string;
  /** The days that could be closed. */
  readonly ready: Set<string>;
  again(): void;
}

export const withNotices = (work: (world: World) => Promise<void>) =>
  withDesk(async (desk) => {
    const { ledger, clock, database, parts } = desk.given;
    const routing: { rows: Routing } = { rows: [] };
    const [seen, ready] = [new Set<string>(), new Set<string>()];
    const isAccess = ({ event }: Notice) => event === 'people.changed' || event === 'settings.changed';
    const rows = (target: string) => rowsOf(database, target).filter((notice) => !isAccess(notice));
    let notices = noticesOf(desk, routing, ready);
    await notices.look();
    await work({
      ...{ ...desk, routing, ready },
      get notices() {
        return notices;
      },
      told: async () => {
        await ledger.loop.catchUp();
        while (!(await notices.look()));
        const found = database.prepare('SELECT DISTINCT target FROM outbox_deliveries').all();
        const lines = found.flatMap(({ target }) =>
          rows(String(target)).flatMap((notice) => {
            const name = `${target}\n${notice.id}`;
            if (seen.has(name)) return [];
            seen.add(name);
            const id = String(target).slice('mail '.length);
            const who = String(target).startsWith('mail ') ? parts.people.get(id)!.name : 'room';
            return [`${notice.event} ${notice.reference ?? ''} -> ${who}`];
          }),
        );
        return lines.sort();
      },
      toldOfAccess: async () => {
        while (!(await notices.look()));
        const found = database.prepare('SELECT DISTINCT target FROM outbox_deliveries').all();
        const lines = found.flatMap(({ target }) =>
          rowsOf(database, String(target))
            .filter(isAccess)
            .map(({ event, text }) => {
              const who = parts.people.get(String(target).slice('mail '.length))?.name ?? 'room';
              return `${event} ${text?.en} -> ${who}`;
            }),
        );
        database.exec("DELETE FROM outbox_deliveries WHERE state = 'waiting'");
        return lines.sort();
      },
      textFor: (target, language = 'en', detail = 'amount') => {
        const terms = { language, zone: 'UTC', detail, publicUrl: 'https://desk.example' };
        const { title, lines, link } = noticeText(rows(target), terms);
        return [title, ...lines, link?.url ?? ''];
      },
      person: (name, role, merchant) => {
        const request = { name, mail: `${name.toLowerCase()}@example.com`, language: 'en', zone: 'UTC' } as const;
        return parts.people.create({ ...request, grants: [{ role, merchant }] }, clock.now()).person.id;
      },
      again: () => {
        notices = noticesOf(desk, routing, ready);
      },
    });
  });

function rowsOf(database: DatabaseSync, target: string): Notice[] {
  const selection = database.prepare(
    `SELECT message, type, body FROM outbox_deliveries JOIN outbox_messages ON id = message
     WHERE target = ? AND state = 'waiting' ORDER BY message`,
  );
  const rows = selection.all(target) as { message: string; type: string; body: string }[];
  return rows.map(({ message, type, body }) => noticeIn(message, type, body));
}

/** Over the ledger of the desk. The outbox is not started: what is stored for a target stays. */
function noticesOf(desk: Desk, routing: { rows: Routing }, ready: ReadonlySet<string>): Notices {
  const { ledger, clock, database, parts } = desk.given;
  const config = {
    ...{ channels: [CHANNEL], mail: { host: 'smtp.example.com', port: 465, from: 'hesabu@example.com' } },
    ...{ public_url: 'https://desk.example', outgoing: { allow: [], timeout: 1_000 } },
    get desk() {
      return { routing: routing.rows };
    },
  };
  const secret = () => 'https://hooks.slack.com/services/T0/B0/secretWithoutAnyDigit';
  const loaded = { config, secret } as unknown as LoadedConfig;
  const call = async () => ({ exchange: '', status: 200, headers: {}, body: Buffer.from('ok') });
  const shared = { database, clock, meter: NO_METER, logger: parts.logger };
  return new Notices({
    ...{ ...shared, people: parts.people, client: { call } as unknown as OutgoingClient },
    ledger: { ask: ledger.ask, reader: ledger.reader, cases: casesWith(desk, routing), statements: ledger.statements },
    outbox: new Outbox({ ...shared, targets: [], post: async () => ({ status: 200, headers: {} }) }),
    alerts: () => alertsIn(database) as never,
    refunds: parts.tables.refundProposals,
    loaded: () => loaded,
    reportOf: async () => null,
    isReady: async (merchant, day) => ready.has(`${day} ${merchant}`),
  });
}

/** As `Alerts` has them. */
function alertsIn(database: DatabaseSync) {
  const table = new AlertTable(database);
  return {
    changesAfter: (number: number, limit: number) => table.changesAfter(number, limit),
    lastChange: table.lastChange,
    list: () =>
      table.rows(0).map((row) => ({
        ...{ alert: row.alert, about: row.about, severity: 'critical', since: row.raised_at, until: row.cleared_at },
        ...{ value: row.value, threshold: '', message: { en: `No callback from ${row.about}`, 'zh-CN': '' }, next: {} },
      })),
  };
}

/** The ledger's cases, as the configuration gives them to owners. */
function casesWith({ given }: Desk, routing: { rows: Routing }) {
  const { ask, loop } = given.ledger;
  return {
    page: (question: AskedPage) => casePage(ask, loop.rules, { ...question, routing: routing.rows }),
    routing: () => Promise.reject(new Error('no notice counts what a row catches')),
    attached: () => Promise.reject(new Error('no notice names files')),
    named: () => Promise.reject(new Error('no notice names cases')),
    settled: (question: SettledQuestion) =>
      ask({ query: 'settledProposals', ...question, routing: routing.rows, most: 1_000 }),
    ofKey: (key: string) => ask({ query: 'casesOfKey', key, routing: routing.rows }) as never,
    entriesOf: async () => [],
  };
}
