// The text of each alert in French, for notices: finance departments read it who never see the page or the API.

import type { AlertName } from './kinds.ts';

export const FRENCH_ALERTS: Readonly<Record<AlertName, string>> = {
  unmatched_rate:
    '{value} % des transactions sont sans correspondance ; dès {threshold} %, c’est bien plus que ces deux semaines.',
  unmatched_value:
    'Des écarts de {value} {about} sont ouverts ; dès {threshold} {about}, c’est bien plus que ces deux semaines.',
  callback_silence: 'Aucune notification de {about} depuis {value} minutes ; cette heure n’est pas calme d’ordinaire.',
  unsigned_callbacks:
    '{value} paiements chez {about} ne viennent que de notifications sans signature, et rien ne les a confirmés.',
  polls_failing: '{value} % des interrogations de {about} ont échoué au cours de la dernière heure.',
  settlement_missing: 'Le relevé de règlement {about} est attendu et manque.',
  events_lost:
    'Plus personne ne peut dire ce qui s’est passé chez {about} pendant {value} minutes sans notification reçue.',
  ledger_damaged: 'Le registre conservé est endommagé : {about}. Ce n’est pas ce qui y a été écrit.',
  statement_residual:
    'Les mouvements et le solde de {about} diffèrent : c’est une faute du programme, et le jour ne peut être clos.',
  facts_restored:
    'Le journal avait perdu {value} faits confirmés au dernier démarrage ; ils ont été repris depuis les archives.',
  rate_limit_near: 'Il ne reste que {value} % de la limite d’appels de {about}.',
  certificate_expiring: 'Le certificat de {about} expire dans {value} jours.',
  certificate_expiring_soon: 'Le certificat de {about} expire dans {value} jours : les appels échoueront alors.',
  certificate_unreadable: 'Le certificat de {about} est illisible.',
  webhooks_forged:
    '{value} notifications falsifiées ou périmées pour {about} depuis une heure. Toutes ont été rejetées.',
  webhooks_unread:
    '{value} notifications authentiques de {about} n’ont pas été comprises au cours de la dernière journée.',
  disk_nearly_full:
    'Il ne reste que {value} % de place sur le disque ; sans place libre, aucune notification ne peut être acceptée.',
  messages_dead:
    '{value} messages à {about} ont été abandonnés depuis un jour : ils ont été refusés pendant trois jours.',
  target_gone: '{about} a répondu qu’il n’existe plus (410) et ne reçoit plus de messages.',
  ledger_ahead:
    'L’heure du registre avance de {value} secondes sur l’horloge : des commandes peuvent expirer avant l’heure.',
  write_offs_together:
    '{about} : passages en perte du jour de {value} en tout ; dès {threshold}, il faut une deuxième personne.',
  write_offs_below: '{about} : {value} passages en perte de cette personne aujourd’hui sont juste au-dessous du seuil.',
  one_pair_approves:
    '{about} : cette personne qui propose et celle qui approuve ont {value} % des approbations de trente jours.',
  clock_jumped:
    'L’horloge de la machine a sauté de {value} secondes. Les échéances attendent qu’elle soit juste ou confirmée.',
  ledger_behind: 'Le registre a {value} secondes de retard sur les faits.',
};
