// How a finding's parts make a sentence, in English and Chinese; the words of each reason are beside.

import { amountText, numberText } from './number-text.ts';
import type { ReasonText } from './reason-text.ts';
import { ENGLISH } from './reason-words-en.ts';
import { CHINESE_FIELDS } from './reason-words-parts.ts';
import { CHINESE } from './reason-words-zh.ts';
import type { EntryKind, EvidenceReason, Stage } from './reasons.ts';

export interface Grammar {
  readonly reasons: Record<EvidenceReason, ReasonText>;
  /** For findings without a reason: the text of the entry's kind. */
  readonly plain: Record<Stage, Record<EntryKind, string>>;
  readonly sentence: (expected: string, found: string, by: string, cause: string, next: string) => string;
  /** What is said first where another reading is open: by what was not read or rejected, and by other reasons. */
  readonly unread: (files: string) => string;
  readonly rejected: (rows: string) => string;
  readonly open: (reasons: string) => string;
  /** What is said first of a payment of which only unsigned callbacks speak. */
  readonly unsigned: string;
  /** An amount with its currency, if it has one, and a day. */
  readonly amount: (amount: string, currency: string | null) => string;
  readonly day: (day: string) => string;
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

/** Days as they are in a finding, and amounts as in tables. */
const INTERNATIONAL: Pick<Grammar, 'amount' | 'day'> = {
  amount: (amount, currency) => (currency === null ? numberText(amount, 'en') : amountText(amount, currency, 'en')),
  day: (day) => day,
};

export const ENGLISH_GRAMMAR = {
  ...INTERNATIONAL,
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
  rejected: (rows) => `Rows that were rejected name this reference (${rows}): correct them first. `,
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
} as const satisfies Grammar;

export const CHINESE_GRAMMAR = {
  ...INTERNATIONAL,
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
  rejected: (rows) => `有被拒收的行提到此参考号（${rows}），请先更正这些行。`,
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
} as const satisfies Grammar;
