// The words of statements, in every language.

import { CAUSES, type Cause } from '../../domain/decision.ts';
import { CAUSE_WORDS } from '../../domain/decision-words.ts';
import { MOVEMENT_WORDS } from '../../domain/movement-words.ts';
import { type Language, titleOf } from '../../domain/reason-words.ts';
import { REASONS, type ReasonCode } from '../../domain/reasons.ts';
import type { MovementKind } from '../../matching/movements.ts';

interface Words {
  readonly title: (day: string, zone: string) => string;
  readonly asOf: (time: string) => string;
  readonly notOver: string;
  readonly none: string;
  /** Of keys without an order. */
  readonly noMerchant: string;
  readonly moves: Readonly<Record<MovementKind, string>>;
  readonly gateway: string;
  readonly opening: string;
  readonly closing: string;
  /** What moved on closed days, and came later. */
  readonly late: (move: string) => string;
  readonly closed: (by: string, approvedBy: string, sha256: string, entry: string) => string;
  readonly bridge: string;
  readonly difference: string;
  readonly explained: string;
  readonly pending: string;
  readonly tolerance: string;
  readonly resolved: string;
  readonly sides: { readonly under: string; readonly over: string };
  readonly sided: (title: string, side: string) => string;
  readonly ages: readonly string[];
  readonly count: string;
  readonly value: string;
  readonly clearing: string;
  readonly residual: string;
  readonly residualKeys: (keys: string) => string;
  readonly causes: Readonly<Record<Cause, string>>;
  readonly drill: { readonly key: string; readonly entry: string; readonly fact: string; readonly from: string };
  readonly row: (file: string, row: number) => string;
  readonly exchange: (id: string) => string;
  readonly sum: (sum: string) => string;
  readonly more: (shown: number, all: number) => string;
  /** Of the workbook: its sheets and columns, and what its rows say besides. */
  readonly book: {
    readonly account: string;
    readonly bridge: string;
    readonly lines: string;
    readonly part: string;
    readonly what: string;
    readonly line: string;
    readonly side: string;
    readonly explained: string;
    /** Of rows that came after their day was closed. */
    readonly elsewhere: string;
    readonly cut: (rows: number) => string;
  };
  readonly csv: { readonly day: string; readonly zone: string; readonly late: string; readonly explained: string };
}

export const STATEMENT_WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: (day, zone) => `Statement of ${day} (${zone})`,
    asOf: (time) => `As of ${time}`,
    notOver: 'The day is not over: more may come.',
    none: 'Nothing moved up to this day.',
    noMerchant: 'No order',
    moves: MOVEMENT_WORDS.en,
    gateway: 'The gateway on the day',
    opening: 'Owed before the day',
    closing: "Owed at the day's end",
    late: (move) => `Late, of closed days: ${move}`,
    closed: (by, approvedBy, sha256, entry) =>
      `Closed by ${by}, approved by ${approvedBy}: statement ${sha256}, entry ${entry}`,
    bridge: "From the beginning to the day's end",
    difference: 'Not settled',
    explained: 'of which:',
    pending: 'Not yet due',
    tolerance: 'Within the tolerance',
    resolved: 'Resolved',
    sides: { under: 'still owed', over: 'too much' },
    sided: (title, side) => `${title} (${side})`,
    ages: ['0-1 d', '2-7 d', '8-30 d', '>30 d', 'no date'],
    count: 'Count',
    value: 'Value',
    clearing: 'Beyond the gateway, on the day',
    residual: 'Unexplained',
    residualKeys: (keys) => `Movements and keys differ: ${keys}. This is a fault of the program; please report it.`,
    causes: CAUSE_WORDS.en,
    drill: { key: 'Reference', entry: 'Entries', fact: 'Fact', from: 'From' },
    row: (file, row) => `${file}, row ${row}`,
    exchange: (id) => `exchange ${id}`,
    sum: (sum) => `Sum: ${sum}`,
    more: (shown, all) => `The first ${shown} of ${all} rows; --format json has all of them.`,
    book: {
      ...{ account: 'Account', bridge: 'Bridge', lines: 'Lines' },
      ...{ part: 'Part', what: 'What', line: 'Line', side: 'Side' },
      explained: 'Explained in all',
      elsewhere: 'Booked on another day, as it came after the close',
      cut: (rows) => `Lines with more than ${rows} rows have the first ${rows}.`,
    },
    csv: { day: 'Day', zone: 'Zone', late: 'Late, of closed days', explained: 'What explains it' },
  },
  'zh-CN': {
    title: (day, zone) => `${day} 对账单（${zone}）`,
    asOf: (time) => `数据截至 ${time}`,
    notOver: '当日尚未结束，数据可能还会增加。',
    none: '截至该日没有资金变动。',
    noMerchant: '无订单',
    moves: MOVEMENT_WORDS['zh-CN'],
    gateway: '网关往来（当日）',
    opening: '期初网关欠款',
    closing: '期末网关欠款',
    late: (move) => `前期调整：${move}`,
    closed: (by, approvedBy, sha256, entry) =>
      `已结账：经办 ${by}，复核 ${approvedBy}，对账单 ${sha256}，分录 ${entry}`,
    bridge: '累计至当日末',
    difference: '未结算金额',
    explained: '其中：',
    pending: '未到期',
    tolerance: '容差以内',
    resolved: '已处理',
    sides: { under: '短款', over: '长款' },
    sided: (title, side) => `${title}（${side}）`,
    ages: ['0-1 天', '2-7 天', '8-30 天', '30 天以上', '无日期'],
    count: '笔数',
    value: '金额',
    clearing: '网关之外（当日）',
    residual: '未解释差额',
    residualKeys: (keys) => `资金变动与单笔余额不符：${keys}。这是程序错误，请报告。`,
    causes: CAUSE_WORDS['zh-CN'],
    drill: { key: '订单号', entry: '分录', fact: '事实', from: '来源' },
    row: (file, row) => `${file} 第 ${row} 行`,
    exchange: (id) => `报文 ${id}`,
    sum: (sum) => `合计：${sum}`,
    more: (shown, all) => `仅显示前 ${shown} 行，共 ${all} 行；--format json 输出全部。`,
    book: {
      ...{ account: '网关往来', bridge: '订单到到账', lines: '明细' },
      ...{ part: '部分', what: '项目', line: '行名', side: '长短' },
      explained: '解释合计',
      elsewhere: '结账后到达，计入其他日',
      cut: (rows) => `超过 ${rows} 条的项目只列前 ${rows} 条。`,
    },
    csv: { day: '日期', zone: '时区', late: '前期调整', explained: '差额的构成' },
  },
};

/** What a line is called. */
export function lineTitle(line: string, lang: Language): string {
  const words = STATEMENT_WORDS[lang];
  const kind = line.replace(/^total:/, '');
  if (kind in words.moves) return words.moves[kind as MovementKind];
  if (line === 'pending' || line === 'tolerance' || line === 'opening' || line === 'closing') return words[line];
  const cause = CAUSES.find((one) => line === `resolved:${one}`);
  if (cause !== undefined) return `${words.resolved}${lang === 'en' ? ': ' : '：'}${words.causes[cause]}`;
  return line in REASONS ? titleOf(line as ReasonCode, lang) : line;
}
