// What the values of filters are called.

import { useNameOf } from '../api/queries.ts';
import type { CaseState, RefundSign } from '../api/types.ts';
import type { Facet } from '../state/case-query.ts';
import { useMyself } from '../state/session.ts';
import { reasonTitle, useLanguage, useWords } from '../words/words.ts';

export function useValueName(): (facet: Facet, value: string) => string {
  const words = useWords();
  const language = useLanguage();
  const nameOf = useNameOf();
  const me = useMyself().person;
  return (facet, value) => {
    switch (facet) {
      case 'status':
        return words.states[value as CaseState] ?? value;
      case 'reason':
        return reasonTitle(value, language);
      case 'stage':
        return words.stages[value as keyof typeof words.stages] ?? value;
      case 'due':
        return words.breaks.dues[value as keyof typeof words.breaks.dues] ?? value;
      case 'age':
        return value.replace('11+', '>10').replace('-', '–');
      case 'owner':
        if (value === '-') return words.unowned;
        return value === me.id || value === 'me' ? words.me(me.name) : nameOf(value);
      case 'refund':
        return value === '-' ? words.refund.none : (words.refund.signs[value as RefundSign] ?? value);
      case 'currency':
        return value === '-' ? words.overview.noMoney : value;
      case 'merchant':
        return value === '' ? words.noMerchant : value;
      default:
        return value === '-' ? words.nobody : value;
    }
  };
}

/** As a network is known; the API has its short name. */
export function providerName(provider: string): string {
  return PROVIDERS[provider] ?? provider;
}

const PROVIDERS: Readonly<Record<string, string>> = {
  'mfs-africa': 'MFS Africa',
  mpesa: 'M-Pesa',
  'mtn-momo': 'MTN MoMo',
  paystack: 'Paystack',
  flutterwave: 'Flutterwave',
  onafriq: 'Onafriq',
  airtel: 'Airtel Money',
  paga: 'Paga',
};
