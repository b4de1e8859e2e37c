// Which fields are numbers, whatever their format. Every other field is a text, a date or a time.

/** The fields that are amounts, each in the currency of another field. */
export const AMOUNT_FIELDS: ReadonlyMap<string, string> = new Map([
  ...['amount', 'amount_received', 'fee', 'fee_deduction'].map((field) => [field, 'currency'] as const),
  ['settlement_amount', 'settlement_currency'],
]);

/** What was taken from an amount, below or above zero as `signs.fees` of a mapping says. */
export const FEE_FIELDS: ReadonlySet<string> = new Set(['fee', 'fee_deduction']);

/** Decimals that are no amounts. */
export const RATE_FIELDS: ReadonlySet<string> = new Set(['fx_rate']);
