// What the causes of decisions are called, in every language.

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
