// Hints as a sentence for people, in every language: before the break's own sentence, since who knows where the money
// belongs does not refund it.

import type { AskingReason, Hints, Sign } from './hints.ts';
import type { ReaderLanguage } from './language.ts';

interface HintGrammar {
  readonly may: Record<AskingReason, (names: string) => string>;
  readonly signs: Record<Sign, string>;
  readonly named: (name: string, signs: string) => string;
  readonly or: string;
  readonly and: string;
  readonly others: (count: number) => string;
}

const GRAMMARS: Readonly<Record<ReaderLanguage, HintGrammar>> = {
  en: {
    may: {
      ORDER_MISSING: (names) => `The money may be for ${names}: look there first. `,
      PAYMENT_MISSING: (names) => `Its money may be under ${names}: look there first. `,
      AMOUNT_OVER: (names) => `The excess may be for ${names}: look there before you refund it. `,
      BANK_UNEXPLAINED: (names) => `The money may be of the payout ${names}: look there first. `,
    },
    signs: {
      same_reference: 'same reference but for case and blanks',
      same_order_number: 'same order number',
      same_phone_and_amount: 'same phone and amount within the hour',
      excess_is_amount: 'the excess is the amount of the order',
      same_amount: 'same amount',
    },
    named: (name, signs) => `${name} (${signs})`,
    or: ' or ',
    and: ', ',
    others: (count) => ` or ${count} more`,
  },
  'zh-CN': {
    may: {
      ORDER_MISSING: (names) => `这笔款可能属于 ${names}，请先核对。`,
      PAYMENT_MISSING: (names) => `这笔订单的款可能记在 ${names}名下，请先核对。`,
      AMOUNT_OVER: (names) => `多付的部分可能属于 ${names}，退款前请先核对。`,
      BANK_UNEXPLAINED: (names) => `这笔款可能属于打款 ${names}，请先核对。`,
    },
    signs: {
      same_reference: '参考号仅大小写或空格不同',
      same_order_number: '订单号相同',
      same_phone_and_amount: '一小时内手机号与金额相同',
      excess_is_amount: '多付金额等于该订单金额',
      same_amount: '金额相同',
    },
    named: (name, signs) => `${name}（${signs}）`,
    or: ' 或 ',
    and: '、',
    others: (count) => ` 或另外 ${count} 个`,
  },
  fr: {
    may: {
      ORDER_MISSING: (names) => `L’argent est peut-être pour ${names} : cherchez d’abord là. `,
      PAYMENT_MISSING: (names) => `Son argent est peut-être sous ${names} : cherchez d’abord là. `,
      AMOUNT_OVER: (names) => `L’excédent est peut-être pour ${names} : cherchez là avant de le rembourser. `,
      BANK_UNEXPLAINED: (names) => `L’argent est peut-être du versement ${names} : cherchez d’abord là. `,
    },
    signs: {
      same_reference: 'même référence, à la casse et aux espaces près',
      same_order_number: 'même numéro de commande',
      same_phone_and_amount: 'même téléphone et même montant dans l’heure',
      excess_is_amount: 'l’excédent est le montant de la commande',
      same_amount: 'même montant',
    },
    named: (name, signs) => `${name} (${signs})`,
    or: ' ou ',
    and: ', ',
    others: (count) => ` ou ${count} de plus`,
  },
};

/** Empty where there is no hint. */
export function hintSentence(reason: AskingReason, { named, others }: Hints, language: ReaderLanguage): string {
  const grammar = GRAMMARS[language];
  if (named.length === 0) return '';
  const names = named.map(({ name, signs }) => {
    return grammar.named(name, signs.map((sign) => grammar.signs[sign]).join(grammar.and));
  });
  return grammar.may[reason](names.join(grammar.or) + (others === 0 ? '' : grammar.others(others)));
}

/** What a sign is called. */
export function signWord(sign: Sign, language: ReaderLanguage): string {
  return GRAMMARS[language].signs[sign];
}
