// What each reason means to people, in French. How the parts make a sentence is in reason-words.ts. A number is the
// object of its verb ("il a été payé #"), so that no word has to agree with it.

import type { ReasonText } from './reason-text.ts';
import { FRENCH_PAYMENT } from './reason-words-fr-payment.ts';
import type { EvidenceReason } from './reasons.ts';

export const FRENCH = {
  ...FRENCH_PAYMENT,
  SETTLEMENT_MISSING: {
    title: 'Payé, sans règlement',
    expected: ['La passerelle aurait dû régler #', 'La passerelle aurait dû régler le paiement'],
    found: ['elle n’a réglé que #', 'aucune ligne de règlement n’est arrivée à la date d’échéance'],
    cause: 'la ligne est dans un rapport ultérieur, un rapport n’a pas été chargé, ou la passerelle l’a omise',
    next: 'chargez les rapports manquants ; ensuite, réclamez le paiement à la passerelle par son identifiant',
  },
  SETTLED_NOT_PAID: {
    title: 'Réglé par la passerelle, mais déclaré non payé',
    expected: [
      'Les notifications et les interrogations ne confirment que #',
      'Les notifications et les interrogations indiquent que rien n’a été payé',
    ],
    found: ['le règlement montre #', 'le règlement montre un paiement'],
    cause: 'seul le rapport montre la réussite, ou la passerelle a réglé par erreur un paiement échoué',
    next: 'recherchez le paiement auprès de la passerelle ; livrez s’il est réel, sinon attendez-vous à une reprise',
  },
  SETTLEMENT_AMOUNT: {
    title: 'Règlement d’un autre montant',
    expected: ['Le règlement devrait montrer #', 'Le règlement ne devrait montrer aucun argent pour ceci'],
    found: ['il montre #', 'il ne montre rien'],
    cause: 'la passerelle a réglé en plusieurs fois, a pris ses frais sur le brut, ou a indiqué un montant erroné',
    next: 'cherchez d’abord le reste dans d’autres rapports de la passerelle ; ensuite, réclamez la différence',
  },
  SETTLEMENT_CURRENCY: {
    title: 'Règlement dans une autre devise',
    expected: ['Le paiement était en #', 'Le règlement devrait être dans la devise du paiement'],
    found: ['la ligne de règlement est en #', 'il est dans une autre'],
    cause: 'le rapport donne la devise du versement dans la colonne de la devise du paiement',
    next: 'demandez à la passerelle une ligne corrigée ; les montants n’ont pas été comparés',
  },
  SETTLEMENT_LATE: {
    title: 'Règlement en retard',
    expected: ['Le règlement était dû le #', 'Le règlement était dû plus tôt'],
    found: ['il est daté du #', 'il est arrivé après sa date d’échéance'],
    cause: 'un jour férié ou une heure limite de la passerelle se trouve entre les deux',
    next: 'rien n’est dû ; signalez-le à la passerelle si cela arrive souvent',
  },
  FEE_VARIANCE: {
    title: 'Frais différents de l’accord',
    expected: ['Les frais convenus sont de #', 'Aucuns frais n’ont été convenus'],
    found: ['il a été prélevé #', 'rien n’a été prélevé'],
    cause: 'le tarif a changé, un autre palier s’applique, ou une taxe a été ajoutée',
    next: 'vérifiez le contrat ; ensuite, réclamez la différence ou corrigez le barème de frais dans les règles',
  },
  FEE_MISSING: {
    title: 'Frais non indiqués',
    expected: ['Les frais convenus sont de #', 'Des frais ont été convenus'],
    found: ['le règlement montre #', 'le règlement n’en montre pas'],
    cause: 'le rapport omet les frais ou les facture à part',
    next: 'demandez les frais à la passerelle, ou corrigez le barème de frais selon ce qui est réellement prélevé',
  },
  FX_RATE_DELTA: {
    title: 'Conversion inexacte',
    expected: ['Le taux indiqué donne #', 'Le montant réglé devrait découler du taux indiqué'],
    found: ['il a été réglé #', 'ce n’est pas le cas'],
    cause: 'la passerelle a converti à un autre taux que celui qu’indique son rapport, ou a arrondi autrement',
    next:
      'demandez à la passerelle le taux qu’elle a appliqué, et ne réclamez la différence que si le taux indiqué ' +
      'vaut',
  },
  DUPLICATE_SETTLEMENT: {
    title: 'Règlement répété',
    expected: ['Un seul règlement de # était dû', 'Un seul règlement était dû'],
    found: ['les lignes font ensemble #', 'plusieurs lignes sont arrivées'],
    cause: 'une ligne a été répétée dans un rapport ultérieur, ou corrigée sans sa contrepartie',
    next:
      'demandez à la passerelle si les lignes sont un seul paiement ; alors seulement, attendez-vous à une reprise, ' +
      'et ne comptabilisez rien deux fois',
  },
  REFUND_UNLINKED: {
    title: 'Retour d’un paiement inconnu',
    expected: [
      'Un retour devrait se rapporter à un paiement de #',
      'Un retour devrait se rapporter à un paiement connu',
    ],
    found: ['il a été rendu # pour un paiement inconnu', 'celui-ci ne correspond à aucun'],
    cause: 'l’identifiant d’origine manque ou est faux, ou son paiement n’a jamais été chargé',
    next: 'chargez les rapports antérieurs, ou demandez à la passerelle quel paiement a été rendu',
  },
  REVERSAL_NOT_SETTLED: {
    title: 'Rendu, mais non repris',
    expected: ['La passerelle aurait dû reprendre #', 'La passerelle aurait dû reprendre le retour'],
    found: ['elle n’a repris que #', 'aucune ligne de ce genre n’est arrivée à la date d’échéance'],
    cause: 'la reprise est dans un rapport ultérieur, ou la passerelle n’a pas encore comptabilisé le retour',
    next: 'mettez l’argent de côté, et demandez à la passerelle quand elle le reprendra',
  },
  PAYOUT_AMOUNT: {
    title: 'Versement inexact',
    expected: ['La somme des lignes du versement est de #', 'La somme des lignes du versement est nulle'],
    found: ['il a été versé #', 'rien n’a été versé'],
    cause:
      'une ligne manque dans le rapport, des frais ou une réserve n’ont pas de ligne propre, ou il a été versé trop ' +
      'peu',
    next: 'comparez le rapport avec le relevé de la passerelle, et demandez-lui la différence',
  },
  PAYOUT_MISSING: {
    title: 'Non versé',
    expected: ['Un versement de # était dû', 'Un versement était dû'],
    found: ['il n’a été versé que #', 'aucun versement n’est arrivé à la date d’échéance'],
    cause: 'la passerelle retient le versement, ou le rapport qui le nomme n’a pas été importé',
    next: 'importez le rapport le plus récent, et demandez à la passerelle quand elle verse',
  },
  PAYOUT_UNEXPLAINED: {
    title: 'Versement sans lignes',
    expected: ['Des lignes pour # devraient expliquer le versement', 'Des lignes devraient expliquer le versement'],
    found: ['il a été versé # et aucune ligne n’en est connue', 'aucune ligne n’en est connue'],
    cause: 'le rapport avec ses lignes n’a pas été importé, ou ses lignes nomment un autre versement',
    next: 'importez le rapport de ce versement avant de comptabiliser l’argent',
  },
  BANK_AMOUNT: {
    title: 'La banque a reçu un autre montant',
    expected: ['Le versement était de #', 'Rien n’a été versé'],
    found: ['la banque a reçu #', 'la banque n’a rien reçu'],
    cause:
      'une banque a pris des frais en route, ou le versement est arrivé en plusieurs virements dont l’un manque ' +
      'encore',
    next: 'cherchez le reste dans le relevé, et demandez-le à la banque ou à la passerelle',
  },
  BANK_MISSING: {
    title: 'Pas à la banque',
    expected: ['La banque aurait dû recevoir #', 'La banque aurait dû recevoir le versement'],
    found: ['elle n’a reçu que #', 'aucune ligne de son relevé ne nomme le versement'],
    cause: 'le relevé n’est pas encore importé, son libellé ne nomme pas le versement, ou le virement a échoué',
    next:
      'importez le relevé le plus récent ; s’il n’y est pas non plus, demandez à la passerelle le justificatif du ' +
      'virement',
  },
  BANK_UNEXPLAINED: {
    title: 'Argent à la banque sans versement',
    expected: ['Un versement de # devrait expliquer l’argent', 'Un versement devrait expliquer l’argent'],
    found: [
      'la banque a reçu # et aucun versement n’est nommé',
      'la banque a reçu de l’argent et aucun versement n’est nommé',
    ],
    cause: 'le libellé de la banque ne nomme pas le versement, ou l’argent est d’une autre nature',
    next:
      'trouvez le versement de ce montant et de cette date, et nommez-le dans le relevé avant de l’importer à ' +
      'nouveau',
  },
  PERIOD_CLOSED_TWICE: {
    title: 'Journée clôturée deux fois',
    expected: ['La journée est clôturée par la proposition #', 'La journée est clôturée par une seule proposition'],
    found: ['une autre proposition a été approuvée plus tard : #', 'une autre proposition a été approuvée plus tard'],
    cause: 'deux approbateurs ont travaillé en même temps',
    next: 'rien ne change : la première vaut ; notez-le, et gardez son relevé',
  },
} as const satisfies Record<EvidenceReason, ReasonText>;
