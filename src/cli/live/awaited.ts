// Whether somebody should still be asked what became of a payment.

import type { Instant } from '../../domain/time.ts';
import { assess } from '../../matching/assess.ts';
import type { CompiledRules } from '../../matching/rules.ts';
import type { KeyClaims } from '../../projections/lookup.ts';

/** Breaks that a gateway's answer may end: no word came, or none that says anything. */
const SILENT: ReadonlySet<string> = new Set(['PAYMENT_MISSING', 'PAYMENT_INCONCLUSIVE']);

/** A key that the ledger has not read yet is awaited; one that is paid, closed or broken otherwise is not. */
export function isAwaited(found: KeyClaims | undefined, rules: CompiledRules, asOf: Instant): boolean {
  if (found === undefined) return true;
  const { payment, findings } = assess({ claims: found.claims }, rules, asOf);
  if (payment === 'pending') return true;
  return findings.some(({ reason }) => reason !== null && SILENT.has(reason));
}
