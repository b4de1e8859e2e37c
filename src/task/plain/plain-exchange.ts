// The exchange of a plain case's line into another currency: by the rule that holds for every line.

import type { Span } from '../../domain/byte-scan.ts';
import { isThere } from '../../domain/byte-texts.ts';
import type { ClaimPlaces } from '../../log/claim-places.ts';
import { rateDelta } from '../../matching/fx-check.ts';
import type { CompiledRules } from '../../matching/rules.ts';

/** Whether a line was paid out in a currency that it names, and by its rate. */
export function isExchanged(line: ClaimPlaces, rules: CompiledRules): boolean {
  const { settlementCurrency, settlementAmount } = line;
  if (!isThere(settlementCurrency) || !isThere(settlementAmount)) return false;
  const exchange = {
    gross: textOf(line, line.amount),
    fee: isThere(line.fee) ? textOf(line, line.fee) : null,
    fx_rate: textOf(line, line.rate),
    settlement_amount: textOf(line, settlementAmount),
    settlement_currency: textOf(line, settlementCurrency),
  };
  return rateDelta(exchange, rules) === null;
}

function textOf({ bytes }: ClaimPlaces, { from, to }: Span): string {
  return Buffer.from(bytes.subarray(from, to)).toString('utf8');
}
