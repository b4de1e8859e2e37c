// How a finding's parts make a sentence, in French.

import { amountText, dayText, numberText } from './number-text.ts';
import type { CHINESE_GRAMMAR, Grammar } from './reason-grammar.ts';
import { FRENCH } from './reason-words-fr.ts';

/** Words and fields that stay as they are in English are those of Chinese. */
interface FrenchGrammar extends Grammar {
  readonly words: Readonly<Record<keyof typeof CHINESE_GRAMMAR.words, string>>;
  readonly fields: Readonly<Record<keyof typeof CHINESE_GRAMMAR.fields, string>>;
}

export const FRENCH_GRAMMAR: FrenchGrammar = {
  reasons: FRENCH,
  plain: {
    payment: {
      matched: 'La commande et son paiement concordent',
      unmatched: 'La commande et son paiement ne concordent pas',
      duplicate: 'La commande a été payée plusieurs fois',
      reversal: 'Le paiement a été rendu',
      closed: 'La commande s’est terminée sans argent',
      decision: 'Une personne a décidé du paiement',
    },
    settlement: {
      matched: 'Le paiement et son règlement concordent',
      unmatched: 'Le paiement et son règlement ne concordent pas',
      duplicate: 'La passerelle a réglé le paiement plusieurs fois',
      reversal: 'Le retour et son règlement concordent',
      closed: 'Rien n’était à régler',
      decision: 'Une personne a décidé du règlement',
    },
    payout: {
      matched: 'Les lignes, le versement et la banque concordent',
      unmatched: 'Les lignes, le versement et la banque ne concordent pas',
      duplicate: 'Le versement a été fait plusieurs fois',
      reversal: 'Le versement a été repris',
      closed: 'Rien n’était à verser',
      decision: 'Une personne a décidé du versement',
    },
  },
  sentence: (expected, found, by, cause, next) => `${expected}, mais ${found}${by} ; en général, ${cause} ; ${next}.`,
  unread: (files) =>
    `Tous les fichiers n’ont pas été lus (${files}) : ce qui n’est pas connu ici s’y trouve peut-être. `,
  rejected: (rows) => `Des lignes rejetées nomment cette référence (${rows}) : corrigez-les d’abord. `,
  open: (reasons) => `Traitez d’abord ce qui le contredit (${reasons}), et ne déplacez aucun argent avant cela. `,
  unsigned:
    'Personne n’a signé la notification, elle ne compte donc pas : une interrogation du statut ou une ligne de ' +
    'règlement décide. ',
  amount: (amount, currency) => (currency === null ? numberText(amount, 'fr') : amountText(amount, currency, 'fr')),
  day: (day) => dayText(day, 'fr'),
  less: (amount) => ` (${amount} de moins que prévu)`,
  more: (amount) => ` (${amount} de plus que prévu)`,
  late: (days) => ` (${days} ${days === 1 ? 'jour' : 'jours'} de retard)`,
  colon: ' : ',
  between: ' ; ',
  stop: '.',
  words: {
    initiated: 'lancé',
    pending: 'en attente',
    authorised: 'autorisé',
    succeeded: 'réussi',
    failed: 'échoué',
    expired: 'expiré',
    inconclusive: 'sans résultat',
    reversed: 'extourné',
    refunded: 'remboursé',
    voided: 'annulé',
    disputed: 'contesté',
    charged_back: 'rétrofacturé',
    unclassified: 'non reconnu',
    unsigned: 'non signé, non compté',
    payment: 'paiement',
    refund: 'remboursement',
    reversal: 'extourne',
    chargeback: 'rétrofacturation',
    fee: 'frais',
    payout: 'versement',
    return_failed: 'retour qui est revenu',
    tax: 'taxe',
    reserve: 'réserve',
    release: 'libération de réserve',
    adjustment: 'ajustement',
    transfer: 'virement',
    none: 'aucun',
    hidden: 'masqué',
    'another, hidden': 'un autre, masqué',
  },
  fields: {
    amount: 'montant',
    currency: 'devise',
    placed_at: 'passée le',
    expires_at: 'expire le',
    occurred_at: 'survenu le',
    status: 'statut',
    type: 'type',
    fee: 'frais',
    settlement_date: 'date de règlement',
    settlement_currency: 'devise de règlement',
    settlement_amount: 'montant réglé',
    fx_rate: 'taux de change',
    transaction_id: 'identifiant de transaction',
    original_transaction_id: 'identifiant de la transaction d’origine',
    operator_transaction_id: 'identifiant de transaction de l’opérateur',
    request_id: 'identifiant de demande',
    operator: 'opérateur',
    msisdn: 'numéro de téléphone',
    parts: 'somme des parts',
    parent: 'commande entière',
    whole: 'sa commande entière',
  },
};
