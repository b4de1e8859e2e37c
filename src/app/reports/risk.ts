// The rows of risk.csv and of its sheet: one for each signal, with a sentence for people.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReaderLanguage } from '../../domain/language.ts';
import { type OrderSignals, RISK_SIGNALS, type RiskSignalName } from '../../projections/risk/signal.ts';
import { riskSentence } from '../../projections/risk/words.ts';
import { writeRiskCsv } from './csv.ts';
import type { RiskRow } from './rows.ts';

export type RiskCounts = Readonly<Partial<Record<RiskSignalName, number>>>;

export function riskRows(orders: readonly OrderSignals[], language: ReaderLanguage): RiskRow[] {
  return orders.flatMap(({ merchant, transaction_reference, signals }) =>
    signals.map((signal): RiskRow => {
      const { count, threshold, window, since } = signal;
      const message = riskSentence(signal, language);
      const name = signal.signal;
      return { merchant, transaction_reference, signal: name, count, threshold, window, first_at: since, message };
    }),
  );
}

/** How many orders have each signal: the summary's part on risk, left out if there are none. */
export function riskSummary(orders: readonly OrderSignals[]): { readonly risk?: RiskCounts } {
  const all = orders.flatMap(({ signals }) => signals);
  if (all.length === 0) return {};
  const counted = RISK_SIGNALS.map((name) => [name, all.filter(({ signal }) => signal === name).length] as const);
  return { risk: Object.fromEntries(counted.filter(([, count]) => count > 0)) };
}

/** Returns the names of the files written. Without signals it writes none and deletes that of an earlier run. */
export async function writeRisk(out: string, rows: readonly RiskRow[]): Promise<string[]> {
  const path = join(out, 'risk.csv');
  if (rows.length === 0) rmSync(path, { force: true });
  else await writeRiskCsv(path, rows);
  return rows.length === 0 ? [] : ['risk.csv'];
}
