// Made-up bodies in each shape that M-Pesa writes, of one payment: its receipt is TF2AAA0001.

export const REQUEST = 'ws_CO_01062026080000123';
export const MERCHANT_REQUEST = '7a1c-4d0e-9f2b-1';
export const RECEIPT = 'TF2AAA0001';

export const ITEMS = [
  { Name: 'Amount', Value: 1500.5 },
  { Name: 'MpesaReceiptNumber', Value: RECEIPT },
  { Name: 'Balance' },
  { Name: 'TransactionDate', Value: 20260601080403 },
  { Name: 'PhoneNumber', Value: 254711000127 },
];

export const stkCallback = (code: unknown = 0, items: readonly object[] | null = ITEMS, more: object = {}) => ({
  Body: {
    stkCallback: {
      ...{ MerchantRequestID: MERCHANT_REQUEST, CheckoutRequestID: REQUEST, ResultCode: code, ResultDesc: 'told' },
      ...(items === null ? {} : { CallbackMetadata: { Item: items } }),
      ...more,
    },
  },
});

export const STK_ACCEPTED = {
  ...{ MerchantRequestID: MERCHANT_REQUEST, CheckoutRequestID: REQUEST, ResponseCode: '0' },
  ...{ ResponseDescription: 'Success. Request accepted for processing', CustomerMessage: 'Success' },
};

export const stkQuery = (code: unknown) => ({
  ...{ ResponseCode: '0', ResponseDescription: 'accepted', MerchantRequestID: MERCHANT_REQUEST },
  ...{ CheckoutRequestID: REQUEST, ResultCode: code, ResultDesc: 'told' },
});

export const error = (errorCode: string, errorMessage: string) => ({ requestId: 'r-1', errorCode, errorMessage });

export const CONFIRMATION = {
  ...{ TransactionType: 'Pay Bill', TransID: RECEIPT, TransTime: '20260601080403', TransAmount: '1500.50' },
  ...{ BusinessShortCode: '600123', BillRefNumber: 'ord-71', InvoiceNumber: '', OrgAccountBalance: '1500.50' },
  ...{ ThirdPartyTransID: '', MSISDN: '2547 ***** 127', FirstName: 'A' },
};

const PULLED = {
  ...{ transactionId: RECEIPT, trxDate: '2026-06-01T05:04:03Z', msisdn: 254711000127, sender: 'A' },
  ...{ transactiontype: 'c2b-pay-bill-debit', billreference: 'ord-71', amount: '1500.5', organizationname: 'Duka' },
};
export const pulled = (...rows: object[]) => ({
  ...{ ResponseRefID: 'p-1', ResponseCode: '1000', ResponseMessage: 'Success' },
  Response: [rows.map((row) => ({ ...PULLED, ...row }))],
});

export type Values = readonly (readonly [key: string, value?: unknown])[];

export const result = (code: unknown, values: Values | null, more: object = {}) => ({
  Result: {
    ...{ ResultType: 0, ResultCode: code, ResultDesc: 'told', OriginatorConversationID: 'o-1' },
    ...{ ConversationID: 'AG_20260601_1', TransactionID: 'TF2RRR0009' },
    ...(values === null
      ? {}
      : { ResultParameters: { ResultParameter: values.map(([Key, Value]) => ({ Key, Value })) } }),
    ...more,
  },
});

export const REVERSED: Values = [
  ['DebitAccountBalance', 'Utility Account|KES|7722179.62|7722179.62|0.00|0.00'],
  ['Amount', 1500.5],
  ['TransCompletedTime', 20260602101500],
  ['OriginalTransactionID', RECEIPT],
  ['Charge', 0],
  ['CreditPartyPublicName', '254711000127 - A B'],
];

export const PAID_OUT: Values = [
  ['TransactionAmount', 10],
  ['TransactionReceipt', 'TF2BBB0002'],
  ['ReceiverPartyPublicName', '254711000128 - C D'],
  ['TransactionCompletedDateTime', '01.06.2026 22:48:52'],
  ['B2CUtilityAccountAvailableFunds', 8959269.6],
];

export const transaction = (status: string, reason = 'Pay Bill Online'): Values => [
  ['DebitPartyName', '254711000127 - A B'],
  ['DebitPartyName', '600123 - Duka'],
  ['OriginatorConversationID', 'o-of-the-payment'],
  ['InitiatedTime', '20260601080400'],
  ['DebitPartyCharges', 'Fee For B2C Payment|KES|22.40'],
  ['CreditPartyCharges', 'Pay Bill Charge|KES|8.25'],
  ['TransactionReason'],
  ['ReasonType', reason],
  ['TransactionStatus', status],
  ['FinalisedTime', '20260601080403'],
  ['Amount', '1500.50'],
  ['ReceiptNo', RECEIPT],
];

export const QUEUE = (name: string) => ({
  ReferenceData: {
    ReferenceItem: { Key: 'QueueTimeoutURL', Value: `https://internal.example/mpesa/${name}/v1/submit` },
  },
});
