// What each reason of the stage of payment means to people, in French. The terms: `paiement` is what a payer gives,
// `règlement` what the gateway settles, `versement` a payout, `retour` money that goes back, `frais` a fee.

import type { ReasonText } from './reason-text.ts';

export const FRENCH_PAYMENT = {
  CONFLICTING_EVIDENCE: {
    title: 'Un même identifiant, des contenus différents',
    expected: [
      'Un même identifiant devrait toujours apporter le même contenu (retenu : « # »)',
      'Un même identifiant devrait avoir un seul contenu',
    ],
    found: ['il a aussi apporté « # »', 'il a apporté des contenus différents'],
    cause: 'l’émetteur a corrigé un enregistrement sans nouvel identifiant, ou a utilisé deux fois un identifiant',
    next: 'demandez à l’émetteur quel contenu est juste, et faites-le renvoyer avec un nouvel identifiant',
  },
  STATUS_CONFLICT: {
    title: 'Les sources se contredisent sur le résultat',
    expected: [
      'Toutes les sources devraient indiquer le même résultat (« # »)',
      'Toutes les sources devraient indiquer le même résultat',
    ],
    found: ['une autre indique « # »', 'l’une indique que l’argent a circulé, et une autre que non'],
    cause: 'le paiement a réussi après l’annonce d’un échec, ou une nouvelle tentative a réussi',
    next: 'recherchez le paiement auprès de la passerelle, et ne livrez ni ne remboursez avant cela',
  },
  CURRENCY_MISMATCH: {
    title: 'Payé dans une autre devise',
    expected: ['La commande est en #', 'Le paiement devrait être dans la devise de la commande'],
    found: ['le paiement est en #', 'il est dans une autre'],
    cause: 'la page de paiement a envoyé un mauvais code de devise, ou le portefeuille est d’un autre pays',
    next:
      'cherchez ce qui a été débité au payeur ; ensuite, convenez d’un taux ou remboursez le paiement, et corrigez ' +
      'la page de paiement',
  },
  AMOUNT_UNDER: {
    title: 'Paiement insuffisant',
    expected: ['La commande est de #', 'La commande devrait être payée en totalité'],
    found: ['il n’a été payé que #', 'rien n’a été payé'],
    cause: 'le payeur a saisi le montant à la main, ou des frais ont été prélevés en route',
    next: 'demandez le reste au payeur, ou acceptez le manque et notez pourquoi',
  },
  AMOUNT_OVER: {
    title: 'Paiement excédentaire',
    expected: ['La commande est de #', 'Rien n’était dû au-delà du montant de la commande'],
    found: ['il a été payé #', 'il a été payé davantage'],
    cause: 'le payeur a saisi le montant à la main, ou la commande a été modifiée après le début du paiement',
    next:
      'voyez d’abord si l’excédent paie une autre commande, ou si la commande a été modifiée ; ensuite, créditez ou ' +
      'remboursez le reste',
  },
  ORDER_MISSING: {
    title: 'Argent sans commande',
    expected: ['Une commande de # devrait correspondre à cet argent', 'Une commande devrait correspondre à cet argent'],
    found: [
      'il est arrivé # et la boutique ne connaît pas cette commande',
      'la boutique ne connaît pas cette commande',
    ],
    cause: 'le payeur a donné une mauvaise référence, ou l’export des commandes est incomplet',
    next:
      'exportez à nouveau les commandes, et cherchez une commande qui attend cet argent ; ne remboursez que s’il n’y ' +
      'en a pas',
  },
  PAYMENT_MISSING: {
    title: 'Marqué comme payé, sans argent',
    expected: ['La boutique marque un montant de # comme payé', 'La boutique marque la commande comme payée'],
    found: ['il n’est arrivé que #', 'aucun argent n’est arrivé dans le délai prévu'],
    cause:
      'la commande a été marquée comme payée à la main, ou le paiement est allé à un autre compte ou à une autre ' +
      'référence',
    next: 'suspendez la livraison, et demandez au payeur le justificatif pour retrouver l’argent',
  },
  PAYMENT_INCONCLUSIVE: {
    title: 'Sans résultat final',
    expected: [
      'Le paiement devrait à présent être terminé avec « # »',
      'Le paiement devrait à présent avoir un résultat final',
    ],
    found: ['son statut le mieux établi est encore « # »', 'aucune source n’en a donné'],
    cause: 'l’opérateur a dépassé le délai et n’a jamais envoyé le résultat à la passerelle',
    next: 'demandez le résultat à la passerelle, et ne remboursez pas avant de le connaître',
  },
  PAID_AFTER_CANCEL: {
    title: 'Payé après la fin de la commande',
    expected: [
      'Rien n’était dû au-delà de # une fois la commande terminée',
      'Aucun argent n’était dû une fois la commande terminée',
    ],
    found: [
      'il a été payé # après son annulation ou son expiration',
      'elle a été payée après son annulation ou son expiration',
    ],
    cause: 'le payeur a confirmé tard, ou la boutique a annulé pendant qu’un paiement était en cours',
    next: 'demandez d’abord si la commande devait se terminer ; ensuite, rouvrez-la, ou remboursez le paiement',
  },
  CANCELLED_BUT_PAID: {
    title: 'Argent à rendre, mais gardé',
    expected: [
      'Il ne devrait pas être gardé plus de # d’une commande que la boutique a annulée ou remboursée',
      'L’argent d’une commande que la boutique a annulée ou remboursée aurait dû être rendu',
    ],
    found: ['la boutique a encore #', 'la boutique l’a encore'],
    cause:
      'la boutique a annulé avant de connaître le paiement, ou le remboursement n’a jamais été demandé au prestataire',
    next:
      'voyez d’abord si l’argent a été rendu par une autre voie ; ensuite, rouvrez la commande, ou remboursez le ' +
      'paiement',
  },
  DUPLICATE_PAYMENT: {
    title: 'Payé plusieurs fois',
    expected: ['La commande est de #', 'La commande devrait être payée une seule fois'],
    found: ['plusieurs paiements font ensemble #', 'plusieurs paiements ont été faits'],
    cause: 'le payeur a recommencé parce que la première confirmation tardait',
    next:
      'vérifiez d’abord que ce sont des paiements différents, et qu’aucun n’est pour une autre commande ; ensuite, ' +
      'remboursez l’excédent',
  },
  REFUND_EXCEEDS_PAYMENT: {
    title: 'Plus rendu que payé',
    expected: [
      'Il peut être rendu au plus #, soit ce qui a été payé',
      'Il ne peut pas être rendu plus que ce qui a été payé',
    ],
    found: ['il a été rendu #', 'il a été rendu davantage'],
    cause: 'un remboursement a été fait deux fois, ou le paiement a été à la fois remboursé et rétrofacturé',
    next:
      'arrêtez les autres remboursements, et vérifiez qu’aucun retour n’est annoncé sous deux identifiants ; ' +
      'ensuite, réclamez l’excédent',
  },
  REFUND_FAILED: {
    title: 'Remboursement non arrivé',
    expected: ['Le client devrait avoir récupéré #', 'Le client devrait avoir récupéré l’argent'],
    found: ['il n’en est arrivé que #', 'le remboursement a échoué après avoir été annoncé comme réussi'],
    cause:
      'le portefeuille est fermé ou bloqué, et la passerelle rend l’argent à la boutique dans un rapport ultérieur',
    next: 'cherchez où est l’argent avant de l’envoyer à nouveau, et informez le client',
  },
  CHARGEBACK_OPEN: {
    title: 'Rétrofacturation sans résultat',
    expected: ['La rétrofacturation de # devrait avoir un résultat', 'Une rétrofacturation devrait avoir un résultat'],
    found: ['un montant de # est contesté et non tranché', 'elle n’est pas tranchée'],
    cause: 'le payeur conteste le paiement et la passerelle attend des justificatifs',
    next: 'envoyez le justificatif de livraison avant l’échéance de la passerelle, ou acceptez la perte',
  },
  REFERENCE_SHARED: {
    title: 'Une référence, plusieurs boutiques',
    expected: [
      'La référence devrait appartenir à une seule boutique (#)',
      'La référence devrait appartenir à une seule boutique',
    ],
    found: [
      '# a aussi passé une commande sous celle-ci',
      'une autre boutique a aussi passé une commande sous celle-ci',
    ],
    cause:
      'deux boutiques numérotent leurs commandes de la même façon, ou l’une d’elles a utilisé une référence de l’autre',
    next:
      'cherchez de quelle boutique est la commande que cet argent paie, et ne déplacez aucun argent avant cela ; ' +
      'ensuite, réservez un préfixe pour chaque boutique',
  },
  PAYMENT_SHARED: {
    title: 'Un paiement, plusieurs commandes',
    expected: ['Le paiement devrait être pour une seule commande', 'Le paiement devrait être pour une seule commande'],
    found: ['il a aussi été attribué à #, où son argent compte', 'il a aussi été attribué à une autre'],
    cause:
      'un lien de paiement a servi à deux commandes, ou une boutique ou une passerelle a inscrit un paiement sous ' +
      'deux références',
    next: 'cherchez quelle commande il paie, et ne déplacez aucun argent avant cela ; l’autre commande reste à payer',
  },
  FOREIGN_ACCOUNT: {
    title: 'Déclaration d’un autre compte sur cette commande',
    expected: [
      'Seuls des comptes de # devraient faire des déclarations sur cette commande',
      'Seuls des comptes de son marchand devraient faire des déclarations sur elle',
    ],
    found: [
      'le compte # en a fait, et ce qu’il a déclaré n’a pas été compté',
      'un autre en a fait, et ce qu’il a déclaré n’a pas été compté',
    ],
    cause:
      'une mauvaise référence ou un secret en de mauvaises mains, ou un compte dont les marchands ne sont pas tous ' +
      'indiqués',
    next:
      'cherchez pourquoi il en a fait ; ne corrigez les marchands du compte que s’il encaisse bien des paiements de ' +
      'ce marchand',
  },
  UNCLASSIFIED: {
    title: 'Statut ou type inconnu',
    expected: ['Un statut ou un type connu était attendu (« # »)', 'Un statut ou un type connu était attendu'],
    found: ['la source indique « # »', 'la source en a envoyé un inconnu'],
    cause: 'le prestataire a ajouté un statut, un événement ou un type de ligne',
    next: 'cherchez ce qu’il signifie, et faites compléter la table de correspondance du prestataire',
  },
  ORDER_EXPIRED: {
    title: 'Commande expirée sans argent',
    expected: [
      'Un paiement de # était dû avant l’expiration de la commande',
      'Un paiement était dû avant l’expiration de la commande',
    ],
    found: ['il n’est arrivé que #', 'aucun n’est arrivé'],
    cause: 'le client a abandonné sur la page de paiement',
    next: 'rien n’est dû ; annulez la commande dans la boutique pour libérer son stock',
  },
  ORDER_CANCELLED: {
    title: 'Commande annulée sans argent',
    expected: [
      'Un paiement de # était dû jusqu’à l’annulation de la commande',
      'Un paiement était dû jusqu’à l’annulation de la commande',
    ],
    found: ['il n’est arrivé que #', 'aucun n’est arrivé'],
    cause: 'le client ou la boutique a annulé à temps',
    next: 'rien n’est dû et rien n’est à faire',
  },
  ORDER_REOPENED: {
    title: 'Commande rouverte',
    expected: ['La commande de # était close', 'La commande était close'],
    found: ['il est arrivé # depuis', 'un nouvel événement la rouvre'],
    cause: 'une tentative de paiement a été annoncée tard, ou la boutique a rouvert la commande',
    next: 'attendez le paiement ; l’avis précédent que la commande est close n’est plus valable',
  },
} as const satisfies Record<string, ReasonText>;
