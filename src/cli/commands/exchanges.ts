// `hesabu exchanges`: calls of ours and calls from outside, as the raw archive holds them. It can run beside the
// service.

import { grouped, printable, tableText } from '../../app/reports/table.ts';
import type { ArchivedExchange, ArchivedMessage } from '../../archive/exchanges/exchange-codec.ts';
import { ExchangeReader } from '../../archive/exchanges/exchange-reader.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface ExchangesOptions {
  readonly data: string;
  readonly id?: string;
  readonly name?: string;
  readonly from?: string;
  readonly to?: string;
  readonly account?: string;
  readonly status?: string;
  readonly limit: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    columns: ['Exchange', 'At (UTC)', 'Direction', 'Account', 'Request', 'Status', 'Elapsed', 'About'],
    ways: { in: 'in', out: 'out' },
    silent: 'no response',
    request: 'Request',
    response: 'Response',
    fault: 'Error',
    about: 'About',
    empty: '(no body)',
    partial: (bytes: string, sha256: string) => `(of ${bytes} bytes, SHA-256 ${sha256})`,
    more: (limit: number) => `These are the newest ${limit}; --limit shows more.`,
  },
  'zh-CN': {
    columns: ['交互', '时间（UTC）', '方向', '账户', '请求', '状态', '用时', '涉及'],
    ways: { in: '收到', out: '发出' },
    silent: '无响应',
    request: '请求',
    response: '响应',
    fault: '错误',
    about: '涉及',
    empty: '（无正文）',
    partial: (bytes: string, sha256: string) => `（全文 ${bytes} 字节，SHA-256 ${sha256}）`,
    more: (limit: number) => `以上为最新的 ${limit} 条；用 --limit 查看更多。`,
  },
} satisfies Record<Language, unknown>;

type Words = (typeof WORDS)[Language];

/** Prints the exchanges found; a single one in full. Throws HESABU_NOT_FOUND if there is none. Returns exit code 0. */
export async function runExchanges(options: ExchangesOptions): Promise<number> {
  const { data, id, name, account, format, lang } = options;
  const limit = wholeNumber('--limit', options.limit, 1);
  const reader = new ExchangeReader(data, (where) => {
    process.stderr.write(`${new HesabuError('HESABU_LOG_DAMAGED', { where }).message}\n`);
  });
  const found = await reader.find({
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(options.from === undefined ? {} : { from: instantOf('--from', options.from) }),
    ...(options.to === undefined ? {} : { to: instantOf('--to', options.to) }),
    ...(account === undefined ? {} : { account }),
    ...(options.status === undefined ? {} : { status: wholeNumber('--status', options.status, 100) }),
    limit,
  });
  if (found.length === 0) throw new HesabuError('HESABU_NOT_FOUND', { where: id ?? name ?? data });
  process.stdout.write(format === 'json' ? found.map(jsonLine).join('') : textOf(found, limit, WORDS[lang]));
  return 0;
}

function jsonLine({ at, request, response, ...rest }: ArchivedExchange): string {
  const message = ({ headers, body, original }: ArchivedMessage) => {
    return { headers, body: Buffer.from(body).toString(), original };
  };
  const shown = { ...rest, at: formatInstant(at), request: message(request) };
  return `${JSON.stringify({ ...shown, response: response === null ? null : message(response) })}\n`;
}

function textOf(found: readonly ArchivedExchange[], limit: number, words: Words): string {
  const [first] = found;
  if (found.length === 1 && first !== undefined) return wholeText(first, words);
  const table = tableText(
    words.columns.map((title, at) => (at === 6 ? { title, align: 'right' } : { title })),
    found.map((exchange) => rowOf(exchange, words)),
  );
  return found.length < limit ? `${table}\n` : `${table}\n\n${words.more(limit)}\n`;
}

function rowOf(exchange: ArchivedExchange, words: Words): string[] {
  const { id, at, direction, account, method, url, status, elapsed_ms, names } = exchange;
  const shownStatus = status === null ? words.silent : String(status);
  const row = [id, formatInstant(at), words.ways[direction], account, `${method} ${url}`, shownStatus];
  return [...row, `${grouped(elapsed_ms)} ms`, names.join(', ')].map(printable);
}

function wholeText(exchange: ArchivedExchange, words: Words): string {
  const { id, at, direction, account, method, url, request, status, response, elapsed_ms, fault, names } = exchange;
  const head = `${id}  ${formatInstant(at)}  ${words.ways[direction]}  ${account}`.trimEnd();
  const lines = [printable(head), printable(`${words.about}: ${names.join(', ')}`)];
  if (fault !== null) lines.push(printable(`${words.fault}: ${fault}`));
  lines.push('', printable(`${words.request}: ${method} ${url}`), ...messageLines(request, words), '');
  const shownStatus = status === null ? words.silent : String(status);
  lines.push(`${words.response}: ${shownStatus} (${grouped(elapsed_ms)} ms)`);
  if (response !== null) lines.push(...messageLines(response, words));
  return `${lines.join('\n')}\n`;
}

function messageLines({ headers, body, original }: ArchivedMessage, words: Words): string[] {
  const shown = Object.entries(headers).map(([name, value]) => `  ${printable(`${name}: ${value}`)}`);
  const text = Buffer.from(body).toString();
  const lines = text === '' ? [] : text.split('\n').map((line) => `  ${printable(line)}`);
  if (original !== null) lines.push(`  ${words.partial(grouped(original.bytes), original.sha256)}`);
  return [...shown, '', ...(lines.length === 0 ? [`  ${words.empty}`] : lines)];
}

function instantOf(option: string, text: string): Instant {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  const expected = 'a time, ISO 8601 with an offset or Z';
  throw new HesabuError('HESABU_USAGE', { where: option, expected, found: `"${text}"` });
}
