// Made-up bodies in each shape that Paga writes.

import { hash } from 'node:crypto';

const NOTIFICATION = {
  ...{ statusCode: '0', statusMessage: 'SUCCESS', transactionReference: 'X9K2L', accountNumber: '3012345678' },
  ...{ fundingTransactionReference: 'F-77', fundingPaymentReference: '100004260601110403', accountName: 'A B' },
  ...{ financialIdentificationNumber: '22200000000', amount: '5000.00', clearingFeeAmount: '37.50' },
  payerDetails: { paymentReferenceNumber: 'P-1', narration: 'ord-71', payerBankName: 'Bank', payerName: 'C D' },
  ...{ instantSettlementStatus: 'SETTLED', narration: 'ord-71' },
};

export const signedBy = (key: string, body: Readonly<Record<string, unknown>>) => {
  const { statusCode, accountNumber, amount, clearingFeeAmount } = body;
  return { ...body, hash: hash('sha512', `${statusCode}${accountNumber}${amount}${clearingFeeAmount}${key}`, 'hex') };
};

export const notification = (more: object = {}, key = 'the-hash-key-of-paga') =>
  signedBy(key, { ...NOTIFICATION, ...more });

export const collected = (statusCode: unknown, more: object = {}) => ({
  ...{ referenceNumber: 'ord-71', statusCode, statusMessage: 'told', requestAmount: 1500.0, currency: 'NGN' },
  ...{ totalPaymentAmount: 1500.5, expiryDateTimeUTC: '2026-06-01T09:00:00', refundStatus: null, ...more },
});

export const REQUESTED = {
  ...{ referenceNumber: 'ord-71', statusCode: '0', statusMessage: 'success', requestAmount: 1500 },
  paymentMethods: [{ name: 'BANK_TRANSFER', properties: { AccountNumber: '3012345678' } }],
};

export const details = (more: object = {}) => ({
  ...{ responseCode: 0, message: null, referenceNumber: 'ord-71', merchantReference: 'c-9', currency: 'NGN' },
  ...{ transactionId: 'X9K2L', amount: 1500.5, dateTimeUTC: 1780294443000, channel: 'WEB', fee: 12.345 },
  ...{ transactionType: 'CUSTOMER_BILL_PAY', status: 'SUCCESSFUL', ...more },
});
