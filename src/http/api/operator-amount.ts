// An amount in the operator's precision: many operators take only whole amounts, even if the currency has decimals.

import { HesabuError } from '../../domain/errors.ts';
import { quoted } from '../../domain/quotation.ts';
import type { Operator } from '../../producers/gateway.ts';

/**
 * A decimal in the currency's own form, with no more decimals than the operator takes. Throws HESABU_AMOUNT_PRECISION
 * if that would change the amount.
 */
export function operatorAmount(operator: Operator | undefined, amount: string): string {
  const most = operator?.amountDecimals ?? null;
  const [whole, decimals = ''] = amount.split('.');
  if (operator === undefined || most === null || decimals.length <= most) return amount;
  if (/[1-9]/.test(decimals.slice(most))) {
    const expected = `at most ${most} decimals, for ${operator.name}`;
    throw new HesabuError('HESABU_AMOUNT_PRECISION', { where: 'amount', expected, found: quoted(amount) });
  }
  return most === 0 ? whole! : `${whole}.${decimals.slice(0, most)}`;
}
