// The words of decisions for people, in every language: causes, states of a case, and what stands in the columns of a
// workbook in which cases are decided. What is read back is taken in either language.

import type { Cause } from './decision.ts';
import type { Language } from './language.ts';

export const CAUSE_WORDS: Readonly<Record<Language, Readonly<Record<Cause, string>>>> = {
  en: {
    bank_charges: 'bank charges',
    cash_or_other_channel: 'cash or another channel',
    customer_error: 'error of the customer',
    duplicate_entry: 'entered twice',
    fee_agreement: 'agreement on fees',
    fraud: 'fraud',
    gateway_error: 'error of the gateway',
    goodwill: 'goodwill',
    rounding: 'rounding',
    settled_elsewhere: 'settled elsewhere',
    shop_error: 'error of the shop',
    test_order: 'test order',
    timing: 'timing',
    other: 'other',
  },
  'zh-CN': {
    bank_charges: '银行费用',
    cash_or_other_channel: '现金或其他渠道',
    customer_error: '客户差错',
    duplicate_entry: '重复入账',
    fee_agreement: '费率约定',
    fraud: '欺诈',
    gateway_error: '网关差错',
    goodwill: '让利',
    rounding: '尾差',
    settled_elsewhere: '已在别处结算',
    shop_error: '商户差错',
    test_order: '测试订单',
    timing: '时间差',
    other: '其他',
  },
};

/** What a row of a workbook may say of its case. */
export const SHEET_ACTS = ['assign', 'note', 'write_off', 'explain'] as const;
export type SheetAct = (typeof SHEET_ACTS)[number];

export const SHEET_ACT_WORDS: Readonly<Record<Language, Readonly<Record<SheetAct, string>>>> = {
  en: { assign: 'assign', note: 'note', write_off: 'write off', explain: 'explain' },
  'zh-CN': { assign: '指派', note: '备注', write_off: '核销', explain: '认可' },
};

/** The columns that people fill in, and the two by which a row is known again. */
export const SHEET_COLUMNS = ['act', 'cause', 'owner', 'text', 'case', 'finding'] as const;
export type SheetColumnName = (typeof SHEET_COLUMNS)[number];

export const SHEET_COLUMN_WORDS: Readonly<Record<Language, Readonly<Record<SheetColumnName, string>>>> = {
  en: {
    ...{ act: 'Decision', cause: 'Cause', owner: 'Assign to', text: 'Note' },
    ...{ case: 'Case', finding: 'Fingerprint' },
  },
  'zh-CN': {
    ...{ act: '处理', cause: '原因类别', owner: '指派给', text: '备注' },
    ...{ case: '差错单', finding: '指纹' },
  },
};
