// What the kinds of movements are called, in every language: on statements, in their workbooks and on the page.

import type { Language } from './language.ts';

export const MOVEMENT_WORDS = {
  en: {
    ordered: 'Orders to be paid',
    received: 'Received from payers',
    payer_fee: "Payers' fees on top",
    returned: 'Returned to payers',
    fee: 'Fees',
    settled: 'Settled, net',
    fx: 'Settled in another currency, net',
    exchanged: 'Settled from another currency',
    written_off: 'Written off, of settlements',
    order_written_off: 'Written off, of orders',
    linked_out: 'Linked to other orders',
    linked_in: 'Linked from other keys',
    own_money: "The account's own money",
    account_fee: 'Fees and taxes of the account',
    payout: 'Paid out',
    bank: 'Received by the bank',
  },
  'zh-CN': {
    ordered: '应收订单款',
    received: '收到付款',
    payer_fee: '付款人另付手续费',
    returned: '退回付款人',
    fee: '手续费',
    settled: '结算净额',
    fx: '换币结算净额',
    exchanged: '换币转入',
    written_off: '核销（结算）',
    order_written_off: '核销（订单）',
    linked_out: '挂接转出',
    linked_in: '挂接转入',
    own_money: '账户自有资金',
    account_fee: '账户费用与税',
    payout: '网关出款',
    bank: '银行到账',
  },
} as const satisfies Record<Language, Readonly<Record<string, string>>>;
