// A risk signal as the API shows it: of a transaction, and of a case beside its evidence.

import { LANGUAGES } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';
import type { RiskSignal } from '../../projections/risk/signal.ts';
import { riskSentence } from '../../projections/risk/words.ts';

export function riskView(signal: RiskSignal): object {
  const message = Object.fromEntries(LANGUAGES.map((language) => [language, riskSentence(signal, language)]));
  return { ...signal, since: formatInstant(signal.since), message };
}
