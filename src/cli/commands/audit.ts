// `hesabu audit`: who asked a service for what, and who read what, as its data directory has it. It can run beside the
// service.

import { grouped, printable, tableText } from '../../app/reports/table.ts';
import { WORDS as REPORT_WORDS } from '../../app/reports/words.ts';
import { makePseudonym } from '../../archive/privacy/pseudonym-key.ts';
import { Redactor } from '../../archive/privacy/redactor.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import type { CallEnd, CallKind } from '../../http/api/call-kinds.ts';
import { type TrailEntry, trailName } from '../../http/api/call-trail.ts';
import { entryView } from '../../http/api/routes/audit.ts';
import { checkTrail, readTrail } from '../../service/trail-reader.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface AuditOptions {
  readonly data: string;
  readonly person?: string;
  readonly key?: string;
  readonly reference?: string;
  readonly what?: CallKind;
  readonly outcome?: CallEnd;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  /** Whether the records are compared with their chain; then nothing else is shown. */
  readonly check?: boolean;
  readonly head?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['At (UTC)', 'Who', 'Role', 'Address', 'Request', 'About', 'Status'],
    unknown: 'not known',
    none: 'There are no such requests.',
    more: (limit: number) => `These are the newest ${limit}; --limit shows more.`,
    intact: 'Checked: each record of the trail is as it was written, and none is missing.',
    links: 'Records',
    unlinked: 'Requests from before there was a chain',
    head: 'Head',
  },
  'zh-CN': {
    columns: ['时间（UTC）', '操作人', '角色', '地址', '请求', '涉及', '状态'],
    unknown: '未知',
    none: '没有此类请求。',
    more: (limit: number) => `以上为最新的 ${limit} 条；用 --limit 查看更多。`,
    intact: '已检查：审计记录均与写入时一致，无缺失。',
    links: '记录数',
    unlinked: '早于哈希链的请求数',
    head: '链首',
  },
} satisfies Record<Language, unknown>;

/** Prints the requests found, the newest first, or that all are as they were. Throws HESABU_NOT_FOUND. Returns 0. */
export function runAudit(options: AuditOptions): number {
  if (options.check === true || options.head !== undefined) return runCheck(options);
  const { data, person, key, reference, what, outcome, since, until, format, lang } = options;
  const limit = wholeNumber('--limit', options.limit, 1);
  const found = readTrail(data, {
    ...{ person, key, what, end: outcome, limit },
    ...{ since: instantOf('--since', since), until: instantOf('--until', until) },
    // Names that are telephone numbers are stored as pseudonyms.
    reference: reference === undefined ? undefined : trailName(new Redactor(makePseudonym(data)), reference),
  });
  const words = WORDS[lang];
  if (format === 'json') {
    process.stdout.write(found.map((entry) => `${JSON.stringify(entryView(entry))}\n`).join(''));
    return 0;
  }
  const columns = words.columns.map((title) => ({ title }));
  const table =
    found.length === 0
      ? words.none
      : tableText(
          columns,
          found.map((entry) => rowOf(entry, words.unknown)),
        );
  process.stdout.write(found.length < limit ? `${table}\n` : `${table}\n\n${words.more(limit)}\n`);
  return 0;
}

/** Throws HESABU_TRAIL_TAMPERED. */
function runCheck({ data, head: noted, format, lang }: AuditOptions): number {
  const { links, unlinked, head } = checkTrail(data, noted);
  if (format === 'json') {
    process.stdout.write(`${JSON.stringify({ checked: true, records: links, unlinked, head })}\n`);
    return 0;
  }
  const [words, { phrases }] = [WORDS[lang], REPORT_WORDS[lang]];
  const lines = [
    words.intact,
    `${words.links}${phrases.colon}${grouped(links)}`,
    ...(unlinked === 0 ? [] : [`${words.unlinked}${phrases.colon}${grouped(unlinked)}`]),
    ...(head === null ? [] : [`${words.head}${phrases.colon}${head}`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

function rowOf({ at, key, person, role, address, route, query, names, outcome }: TrailEntry, unknown: string) {
  const about = [...names, ...(outcome?.names ?? [])].join(', ');
  const asked = query === '' ? route : `${route}?${query}`;
  const status = outcome === null ? unknown : `${outcome.status}${outcome.code === null ? '' : ` ${outcome.code}`}`;
  return [formatInstant(at), person ?? key, role, address, asked, about, status].map(printable);
}

function instantOf(option: string, text: string | undefined): Instant | undefined {
  const at = text === undefined ? undefined : parseInstant(text);
  if (text === undefined || at !== undefined) return at;
  const expected = 'a time, ISO 8601 with an offset or Z';
  throw new HesabuError('HESABU_USAGE', { where: option, expected, found: `"${text}"` });
}
