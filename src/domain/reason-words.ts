// Findings as one sentence for people, in every language of the product: what was expected, what was found, the
// difference, the usual cause, the next step. The type makes sure that every reason has its words.

import type { Finding } from './assessment.ts';
import { dayOfDate } from './calendar.ts';
import { hintSentence } from './hint-words.ts';
import { isAsking, NO_HINTS } from './hints.ts';
import { LANGUAGES, type Language } from './language.ts';
import { doubtsAbout, type Surroundings } from './reason-doubts.ts';
import type { ReasonText } from './reason-text.ts';
import { ENGLISH } from './reason-words-en.ts';
import { endedText } from './reason-words-ends.ts';
import { CHINESE_FIELDS, partText } from './reason-words-parts.ts';
import { isResolution, resolutionSentence, resolutionTitle } from './reason-words-resolutions.ts';
import { CHINESE } from './reason-words-zh.ts';
import { type EntryKind, type EvidenceReason, REASONS, type ReasonCode, type Stage } from './reasons.ts';
import { isDate } from './time.ts';

export { LANGUAGES, type Language };

/** What a sentence needs of a finding. */
type Told = Omit<Finding, 'opened_at'>;

interface Grammar {
  readonly reasons: Record<EvidenceReason, ReasonText>;
  /** For findings without a reason: the text of the entry's kind. */
  readonly plain: Record<Stage, Record<EntryKind, string>>;
  readonly sentence: (expected: string, found: string, by: string, cause: string, next: string) => string;
  /** What is said first where another reading is open: by files that were not read, and by other reasons. */
  readonly unread: (files: string) => string;
  readonly open: (reasons: string) => string;
  /** What is said first of a payment of which only unsigned callbacks speak. */
  readonly unsigned: string;
  readonly less: (amount: string) => string;
  readonly more: (amount: string) => string;
  readonly late: (days: number) => string;
  readonly colon: string;
  /** Between two fields. */
  readonly between: string;
  readonly stop: string;
  /** Our own words for statuses and types; a source's word is not in here and is not translated. */
  readonly words: Readonly<Record<string, string>>;
  /** The fields in which two contents can differ; those not listed keep the name that they have in a file. */
  readonly fields: Readonly<Record<string, string>>;
}

const GRAMMARS: Record<Language, Grammar> = {
  en: {
    reasons: ENGLISH,
    plain: {
      payment: {
        matched: 'The order and its payment agree',
        unmatched: 'The order and its payment do not agree',
        duplicate: 'The order was paid more than once',
        reversal: 'The payment was returned',
        closed: 'The order ended without money',
        decision: 'A person decided on the payment',
      },
      settlement: {
        matched: 'The payment and its settlement agree',
        unmatched: 'The payment and its settlement do not agree',
        duplicate: 'The payment was settled more than once',
        reversal: 'The return and its settlement agree',
        closed: 'Nothing was to be settled',
        decision: 'A person decided on the settlement',
      },
      payout: {
        matched: 'The lines, the payout and the bank agree',
        unmatched: 'The lines, the payout and the bank do not agree',
        duplicate: 'The payout was made more than once',
        reversal: 'The payout was taken back',
        closed: 'Nothing was to be paid out',
        decision: 'A person decided on the payout',
      },
    },
    sentence: (expected, found, by, cause, next) => `${expected}, but ${found}${by}; usually ${cause}; ${next}.`,
    unread: (files) => `Not all files were read (${files}): what is not known here may be there. `,
    open: (reasons) => `Settle first what contradicts it (${reasons}), and move no money before that. `,
    unsigned: 'Nobody signed the callback, so it counts for nothing: a status query or a settlement line decides. ',
    less: (amount) => ` (${amount} less than expected)`,
    more: (amount) => ` (${amount} more than expected)`,
    late: (days) => ` (${days} ${days === 1 ? 'day' : 'days'} late)`,
    colon: ': ',
    between: '; ',
    stop: '.',
    words: { charged_back: 'charged back', return_failed: 'return that came back', unsigned: 'unsigned, not counted' },
    fields: {},
  },
  'zh-CN': {
    reasons: CHINESE,
    plain: {
      payment: {
        matched: '订单与支付一致',
        unmatched: '订单与支付不一致',
        duplicate: '订单被重复支付',
        reversal: '支付已退回',
        closed: '订单已关闭，没有收款',
        decision: '支付已由人工处理',
      },
      settlement: {
        matched: '支付与结算一致',
        unmatched: '支付与结算不一致',
        duplicate: '支付被重复结算',
        reversal: '退款与结算一致',
        closed: '无需结算',
        decision: '结算已由人工处理',
      },
      payout: {
        matched: '结算行、打款与银行入账一致',
        unmatched: '结算行、打款与银行入账不一致',
        duplicate: '重复打款',
        reversal: '打款已收回',
        closed: '无需打款',
        decision: '打款已由人工处理',
      },
    },
    sentence: (expected, found, by, cause, next) => `${expected}，但${found}${by}；常见原因是${cause}；${next}。`,
    unread: (files) => `有文件未读取（${files}），此处未知的内容可能在其中。`,
    open: (reasons) => `请先处理与之矛盾的问题（${reasons}），在此之前不要动款。`,
    unsigned: '回调没有签名，因此不计入：以状态查询或结算行为准。',
    less: (amount) => `（比应有金额少 ${amount}）`,
    more: (amount) => `（比应有金额多 ${amount}）`,
    late: (days) => `（晚 ${days} 天）`,
    colon: '：',
    between: '；',
    stop: '。',
    words: {
      initiated: '已发起',
      pending: '处理中',
      authorised: '已授权',
      succeeded: '成功',
      failed: '失败',
      expired: '已过期',
      inconclusive: '结果未定',
      reversed: '已撤销',
      refunded: '已退款',
      voided: '已作废',
      disputed: '争议中',
      charged_back: '已拒付',
      unclassified: '无法识别',
      unsigned: '未签名，不计入',
      payment: '支付',
      refund: '退款',
      reversal: '撤销',
      chargeback: '拒付',
      fee: '手续费',
      payout: '打款',
      return_failed: '退款退回',
      tax: '税费',
      reserve: '保证金',
      release: '保证金释放',
      adjustment: '调账',
      transfer: '转账',
      none: '无',
      hidden: '不显示',
      'another, hidden': '另一值，不显示',
    },
    fields: {
      amount: '金额',
      currency: '币种',
      placed_at: '下单时间',
      expires_at: '过期时间',
      occurred_at: '发生时间',
      status: '状态',
      type: '类型',
      fee: '手续费',
      settlement_date: '结算日期',
      settlement_currency: '结算币种',
      settlement_amount: '结算金额',
      fx_rate: '汇率',
      transaction_id: '交易号',
      original_transaction_id: '原交易号',
      operator_transaction_id: '运营商交易号',
      request_id: '请求号',
      operator: '运营商',
      msisdn: '手机号',
      ...CHINESE_FIELDS,
    },
  },
};

/** A source's own word can have any length; a sentence shows no more than this. */
const WORD_LENGTH_MAX = 60;
/** A field with its value, as contents that differ are told. */
const FIELD = /^([a-z_]+): (.*)$/s;
const AMOUNT = /^-?\d+(\.\d+)?$/;
/** One of our words, alone or with an amount and a currency after it. */
const OWN_WORD = /^([a-z_]+)((?: -?\d+(?:\.\d+)?)?(?: [A-Z]{3})?)$/;

/** A short title for lists: "Paid too little". */
export function titleOf(reason: ReasonCode, language: Language): string {
  return isResolution(reason) ? resolutionTitle(reason, language) : GRAMMARS[language].reasons[reason].title;
}

/**
 * One sentence for people, after others where `besides` has what makes another reading possible. Amounts are as in the
 * finding, with their currency ("1450.00 KES"); control characters in a source's word become blanks.
 */
export function sentenceFor(finding: Told, language: Language, besides: Surroundings = {}): string {
  const grammar = GRAMMARS[language];
  if (finding.reason === null) return plainSentence(finding, grammar, language);
  if (isResolution(finding.reason)) return resolutionSentence(finding, language, (of) => titleOf(of, language));
  const text = partText(finding, language) ?? grammar.reasons[finding.reason];
  // Two contents may differ in a part that is not shown; then neither is quoted.
  const isSame = finding.expected === finding.observed;
  const expected = isSame ? null : shown(finding.expected, finding, grammar);
  const observed = isSame ? null : shown(finding.observed, finding, grammar);
  const by = expected === null || observed === null ? '' : gap(finding, grammar);
  const [wanted, found] = [clause(text.expected, expected), clause(text.found, observed)];
  const told = grammar.sentence(wanted, found, by, text.cause, text.next);
  const { reason } = finding;
  const hinted = isAsking(reason) ? hintSentence(reason, besides.hints ?? NO_HINTS, language) : '';
  const unsigned = reason === 'PAYMENT_INCONCLUSIVE' && finding.observed === 'unsigned' ? grammar.unsigned : '';
  return doubtsBefore(reason, besides, grammar) + unsigned + hinted + told;
}

function doubtsBefore(reason: ReasonCode, besides: Surroundings, grammar: Grammar): string {
  const { unread, reasons } = doubtsAbout(reason, besides);
  const files = unread.length === 0 ? '' : grammar.unread(unread.map(cleaned).join(grammar.between));
  return files + (reasons.length === 0 ? '' : grammar.open(reasons.join(' ')));
}

/** One of our statuses or types in plain words; any other word stays as it is. */
export function wordFor(word: string, language: Language): string {
  const { words } = GRAMMARS[language];
  return Object.hasOwn(words, word) ? words[word]! : word;
}

function plainSentence(finding: Told, grammar: Grammar, language: Language): string {
  const said = endedText(finding, language) ?? grammar.plain[finding.stage][finding.kind];
  const { observed, currency } = finding;
  return said + (observed === null ? '' : grammar.colon + withCurrency(observed, currency)) + grammar.stop;
}

function clause([known, unknown]: readonly [string, string], value: string | null): string {
  return value === null ? unknown : known.replace('#', () => value);
}

/** A value as shown in a sentence; null for none, for zero, and for a word where an amount belongs. */
function shown(value: string | null, finding: Told, grammar: Grammar): string | null {
  if (value === null || value === '') return null;
  if (finding.currency !== null && AMOUNT.test(value)) {
    return isZero(value) ? null : withCurrency(value, finding.currency);
  }
  if (REASONS[finding.reason!].unit === 'money') return null;
  return finding.reason === 'CONFLICTING_EVIDENCE' ? fieldsIn(value, grammar) : wordOf(value, grammar);
}

/** Each field by its name in the language. Nothing is cut within a value: two that differ must not read the same. */
function fieldsIn(value: string, grammar: Grammar): string {
  const parts = value.split('; ').map((part) => {
    const [, name, told] = FIELD.exec(part) ?? [];
    if (name === undefined) return cleaned(part);
    const title = Object.hasOwn(grammar.fields, name) ? grammar.fields[name]! : name;
    return `${title}${grammar.colon}${ownWord(told!, grammar) ?? cleaned(told!)}`;
  });
  return parts.join(grammar.between);
}

function withCurrency(amount: string, currency: string | null): string {
  return currency === null ? amount : `${amount} ${currency}`;
}

/** Our own words are translated, also where an amount follows; a source's word stays, cleaned and shortened. */
function wordOf(value: string, grammar: Grammar): string {
  const own = ownWord(value, grammar);
  if (own !== undefined) return own;
  const clean = cleaned(value);
  return clean.length <= WORD_LENGTH_MAX ? clean : `${clean.slice(0, WORD_LENGTH_MAX).toWellFormed()}…`;
}

function ownWord(value: string, grammar: Grammar): string | undefined {
  if (Object.hasOwn(grammar.words, value)) return grammar.words[value];
  const [, word, rest] = OWN_WORD.exec(value) ?? [];
  return word !== undefined && Object.hasOwn(grammar.words, word) ? grammar.words[word]! + rest : undefined;
}

function cleaned(value: string): string {
  return value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The difference, in brackets; empty where there is none to state. */
function gap(finding: Told, grammar: Grammar): string {
  const { expected, observed, difference } = finding;
  if (REASONS[finding.reason!].unit === 'date') {
    if (!isDate(expected!) || !isDate(observed!)) return '';
    const days = dayOfDate(observed!) - dayOfDate(expected!);
    return days > 0 ? grammar.late(days) : '';
  }
  if (difference === null || isZero(difference)) return '';
  const fell = difference.startsWith('-');
  const amount = withCurrency(fell ? difference.slice(1) : difference, finding.currency);
  // Returned money is below zero: a smaller return reads as less, not as more. A payout may be on either side of zero.
  const isReturned = finding.stage !== 'payout' && expected!.startsWith('-');
  return fell !== isReturned ? grammar.less(amount) : grammar.more(amount);
}

function isZero(amount: string): boolean {
  return !/[1-9]/.test(amount);
}
