// The sentences on what was said without a reason and holds no longer: a payment that agreed waits again, say. Of an
// order that ended without money nothing was seen.

import type { Finding } from './assessment.ts';
import type { ReaderLanguage } from './language.ts';
import type { Stage } from './reasons.ts';

const ENDED: Readonly<Record<ReaderLanguage, Record<Stage, string>>> = {
  en: {
    payment: 'What was said of the order and its payment no longer holds',
    settlement: 'What was said of the payment and its settlement no longer holds',
    payout: 'What was said of the lines, the payout and the bank no longer holds',
  },
  'zh-CN': {
    payment: '此前关于订单与支付的结论不再成立',
    settlement: '此前关于支付与结算的结论不再成立',
    payout: '此前关于结算行、打款与银行入账的结论不再成立',
  },
  fr: {
    payment: 'Ce qui a été dit de la commande et de son paiement ne vaut plus',
    settlement: 'Ce qui a été dit du paiement et de son règlement ne vaut plus',
    payout: 'Ce qui a été dit des lignes, du versement et de la banque ne vaut plus',
  },
};

/** Undefined for a finding that says something itself. */
export function endedText(
  { kind, stage, observed }: Pick<Finding, 'kind' | 'stage' | 'observed'>,
  language: ReaderLanguage,
): string | undefined {
  return kind === 'closed' && observed !== null ? ENDED[language][stage] : undefined;
}
