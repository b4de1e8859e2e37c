// Files in the dialects of shops, portals, banks and programs, with the questions that they leave open, what a person
// would answer, and what the rows then are.
import iconv from 'iconv-lite';
import type { FileKind } from '../../../src/producers/formats/format.ts';
import { ORDER_HEADER, SETTLEMENT_HEADER } from '../../producers/import-helpers.ts';
import type { Answers } from './given-suggestion.ts';

/** Latin-1, for files that are not UTF-8. */
const latin = (text: string) => Buffer.from(text, 'latin1');

interface Dialect {
  readonly title: string;
  readonly content: string | Buffer;
  readonly answers?: Answers;
  readonly kind: FileKind;
  /** Each fact as its reference and the fields that matter. */
  readonly facts: readonly string[];
  readonly faults?: readonly string[];
}

export const DIALECTS: readonly Dialect[] = [
  {
    title: 'a report in our own form needs no mapping',
    content: `${SETTLEMENT_HEADER}\nA-1,P1,payment,1500.00,KES,22.50,2026-06-02\n`,
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 KES 22.50 2026-06-02'],
  },
  {
    title: 'names in capitals and with blanks',
    content: [
      'Transaction_Reference, Transaction_ID ,Type,Amount_Received,Currency,Fee_Deduction,Settlement_Date',
      'A-1,P1,Payment,1500.00,kes,22.50,2026-06-02',
      '',
    ].join('\n'),
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 KES 22.50 2026-06-02'],
  },
  {
    title: 'a point before three figures: thousands',
    content: [
      `${ORDER_HEADER},status`,
      `shop,CI-1,25.000,XOF,2026-06-01T08:00:00Z,paid`,
      `shop,CI-2,1.250,XOF,2026-06-01T08:06:00Z,paid`,
      '',
    ].join('\n'),
    answers: { 'Is "25.000" a number': '25.000 is 25000' },
    kind: 'orders',
    facts: ['CI-1 25000 XOF paid 2026-06-01T08:00:00.000Z', 'CI-2 1250 XOF paid 2026-06-01T08:06:00.000Z'],
  },
  {
    title: 'a point before three figures: decimals',
    content: `${ORDER_HEADER},status\nshop,KE-1,25.000,KES,2026-06-01T08:00:00Z,paid\n`,
    answers: { 'Is "25.000" a number': 'decimal: "."' },
    kind: 'orders',
    facts: ['KE-1 25.00 KES paid 2026-06-01T08:00:00.000Z'],
    faults: [],
  },
  {
    title: 'a point before three figures in a currency that has three decimals leaves no question',
    content: `${ORDER_HEADER},status\nshop,TN-1,25.000,TND,2026-06-01T08:00:00Z,paid\n`,
    kind: 'orders',
    facts: ['TN-1 25.000 TND paid 2026-06-01T08:00:00.000Z'],
  },
  {
    title: 'a French export: semicolons, a decimal comma, a blank between thousands, another encoding',
    content: latin(
      [
        'Date;Référence;Bénéficiaire;Montant;Frais',
        '02/06/2026;SN-1;Sémou Diop;2 500,00;37,50',
        '02/06/2026;SN-2;Ali Ba;1200,00;18,00',
        '',
      ].join('\n'),
    ),
    answers: {
      'fit 2 encodings': 'windows-1252',
      'day first': 'it is 2026-06-02',
      'which currency': 'in XOF',
    },
    kind: 'settlements',
    facts: ['SN-1 payment 2500 XOF 37.5 2026-06-02', 'SN-2 payment 1200 XOF 18 2026-06-02'],
  },
  {
    title: 'a French file of orders: day and month told by another row',
    content: [
      'Boutique;Numéro de commande;Montant;Devise;Date de commande;Statut',
      'Dakar;C-1;1.234,50;TND;30/06/2026 23:50;Payé',
      'Dakar;C-2;10,00;TND;01/07/2026 08:00;Annulé',
      '',
    ].join('\n'),
    answers: { 'which zone': 'Africa/Tunis' },
    kind: 'orders',
    facts: ['C-1 1234.500 TND paid 2026-06-30T22:50:00.000Z', 'C-2 10.000 TND cancelled 2026-07-01T07:00:00.000Z'],
  },
  {
    title: 'a Chinese shop back end, in GB18030 and Beijing time',
    content: iconv.encode(
      '店铺,订单号,金额,币种,下单时间（北京时间）,状态\n杜卡一号店,D-1,"1,234.50",CNY,2026-06-30 23:50:00,已支付\n',
      'gb18030',
    ),
    answers: { encodings: 'GB18030' },
    kind: 'orders',
    facts: ['D-1 1234.50 CNY paid 2026-06-30T15:50:00.000Z'],
  },
  {
    title: 'Chinese headers in UTF-8, with a date in Chinese',
    content:
      '订单号,交易号,交易类型,金额,币种,手续费,结算日期\nA-1,T1,支付,1500.00,KES,22.50,2026年6月2日\nA-1,R1,退款,-500.00,KES,,2026年6月3日\n',
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 KES 22.50 2026-06-02', 'A-1 refund -500.00 KES null 2026-06-03'],
  },
  {
    title: 'Swahili headers',
    content: 'Namba ya oda,Namba ya muamala,Kiasi,Sarafu,Ada,Tarehe\nA-1,T1,"1,500.00",KES,22.50,2026-06-02\n',
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 KES 22.50 2026-06-02'],
  },
  {
    title: 'a statement with titles, two columns for amounts, a footer and failed rows',
    content: [
      'Organisation,Duka Moja Ltd,,,,',
      'Time zone,EAT,,,,',
      '',
      'Transaction ID,Reference,Date,Status,Money in,Money out,Fee,Currency',
      'T1,A-1,2026-06-01,Completed,"1,500.00",,5.00,KES',
      'T2,A-2,2026-06-01,Failed,"2,500.00",,5.00,KES',
      'Total,,,,"1,500.00",,5.00,',
      '',
    ].join('\n'),
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 KES 5.00 2026-06-01'],
  },
  {
    title: 'returns without a sign',
    content: [
      `${SETTLEMENT_HEADER},original_transaction_id`,
      `SG-1,1,payment,25000.00,NGN,375,2026-06-02,`,
      `SG-1,11,refund,25000.00,NGN,,2026-06-03,1`,
      '',
    ].join('\n'),
    kind: 'settlements',
    facts: ['SG-1 payment 25000.00 NGN 375.00 2026-06-02', 'SG-1 refund -25000.00 NGN null 2026-06-03'],
  },
  {
    title: 'signs of currencies, brackets and fees below zero',
    content: [
      'Reference,Transaction ID,Type,Amount,Fee,Settlement date',
      'A-1,T1,Sale,"₦1,500.00",-22.50,2026-06-02',
      'A-1,R1,Refund,(₦500.00),0,2026-06-03',
      '',
    ].join('\n'),
    kind: 'settlements',
    facts: ['A-1 payment 1500.00 NGN 22.50 2026-06-02', 'A-1 refund -500.00 NGN 0.00 2026-06-03'],
  },
  {
    title: 'a sign that several currencies have',
    content: 'Reference,Transaction ID,Amount,Fee,Settlement date\nA-1,T1,2 500 FCFA,38 FCFA,2026-06-02\n',
    answers: { 'Which currency is the sign': 'in XOF', 'In which currency': 'in XOF' },
    kind: 'settlements',
    facts: ['A-1 payment 2500 XOF 38 2026-06-02'],
  },
  {
    title: 'local times in three forms, with the words of the shop',
    content: [
      `${ORDER_HEADER},status`,
      'shop,ZN-1,100.00,KES,2026-06-30 23:50:00,processing',
      'shop,ZN-2,100.00,KES,30/06/2026 23:50,completed',
      'shop,ZN-3,100.00,KES,20260630235000,completed',
      'shop,ZN-4,100.00,KES,2026-06-30T23:50:00,on-hold',
      '',
    ].join('\n'),
    answers: { 'which zone': 'Africa/Nairobi' },
    kind: 'orders',
    facts: [
      'ZN-1 100.00 KES paid 2026-06-30T20:50:00.000Z',
      'ZN-2 100.00 KES fulfilled 2026-06-30T20:50:00.000Z',
      'ZN-3 100.00 KES fulfilled 2026-06-30T20:50:00.000Z',
      'ZN-4 100.00 KES awaiting_payment 2026-06-30T20:50:00.000Z',
    ],
  },
  {
    title: 'a word that nobody knows, and a column of amounts among others',
    content: 'Ref,Txn,Amt,Fee,Day,Betrag,Type\nSN-1,T1,2.5k,37,2026-06-02,2500,Frobnicated\n',
    answers: { 'which currency': 'in XOF', 'What does "Frobnicated" mean': 'Frobnicated: payment' },
    kind: 'settlements',
    facts: ['SN-1 payment 2500 XOF 37 2026-06-02'],
  },
  {
    title: 'two columns that may both be the amount',
    content: 'Ref,Txn,Amount,Total,Currency,Fee,Day\nA,T1,100.00,105.00,KES,5.00,2026-06-02\n',
    answers: { 'Which column is amount_received': 'amount_received: Total' },
    kind: 'settlements',
    facts: ['A payment 105.00 KES 5.00 2026-06-02'],
  },
  {
    title: 'day and month that nobody can tell: the American way',
    content: 'Ref,Txn,Amount,Currency,Fee,Day\nA,T1,100.00,KES,5.00,01/02/2026\n',
    answers: { 'day first': 'it is 2026-01-02' },
    kind: 'settlements',
    facts: ['A payment 100.00 KES 5.00 2026-01-02'],
  },
  {
    title: "a bank's statement, whose title has the account",
    content: [
      'Account No: 0112 2334',
      'Currency: KES',
      '',
      'Value Date,Reference,Narration,Debit,Credit,Balance',
      '05/06/2026,FT1,PSTK_4711 PAYSTACK,,"8,350.00","9,350.00"',
      '13/06/2026,FT2,Charges,50.00,,"9,300.00"',
      '',
    ].join('\n'),
    kind: 'bank',
    facts: ['8350.00 KES 2026-06-05 4711', '-50.00 KES 2026-06-13 null'],
  },
  {
    title: "a bank's statement that does not say its account",
    content: 'Date;Libellé;Référence;Montant;Solde;Devise\n2026-06-05;VIR;R1;8350,00;9350,00;XOF\n',
    answers: { 'Which account of the bank': 'account: our-account' },
    kind: 'bank',
    facts: ['8350 XOF 2026-06-05 null'],
  },
  {
    title: 'a list of JSON that is too long to be looked at whole',
    content: `[${Array.from({ length: 50_000 }, (_, at) =>
      JSON.stringify({
        order_id: `A-${at}`,
        txn_id: at,
        gross: '5.00',
        currency: 'KES',
        fee: '0.10',
        settlement_date: '2026-06-02',
      }),
    ).join(',')}]`,
    kind: 'settlements',
    facts: Array.from({ length: 50_000 }, (_, at) => `A-${at} payment 5.00 KES 0.10 2026-06-02`),
  },
  {
    title: 'bodies of an unknown network, one a line',
    content: `${JSON.stringify({
      ...{ id: 'm-1', financialTransactionId: '23503452', externalId: 'BU-3', amount: '100', currency: 'UGX' },
      ...{ payer: { partyId: '256700000000' }, status: 'SUCCESSFUL' },
    })}\n`,
    answers: { 'Is this a file of callbacks, or of polls': '' },
    kind: 'callbacks',
    facts: ['BU-3 payment succeeded 100 UGX 23503452'],
  },
  {
    title: 'a column of codes of currencies under a name that says nothing',
    content: 'Order,Txn,Gross,Charges,Settlement date,Cur\nA-1,T1,1500.50,22.50,2026-06-02,KES\n',
    kind: 'settlements',
    facts: ['A-1 payment 1500.50 KES 22.50 2026-06-02'],
  },
  {
    title: 'a list of JSON rows within a document',
    content: JSON.stringify({
      status: 'ok',
      data: {
        lines: [
          { order_id: 'A-1', txn_id: 'T1', gross: 1500.5, currency: 'KES', fee: 22.5, settlement_date: '2026-06-02' },
        ],
      },
    }),
    kind: 'settlements',
    facts: ['A-1 payment 1500.50 KES 22.50 2026-06-02'],
  },
];
