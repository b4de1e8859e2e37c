// The words of notices, in each language: one type holds all of them, so that none is missing in one.

import type { ReaderLanguage } from '../../domain/language.ts';
import type { NoticeData, NoticeEvent } from './notice.ts';

/** Of a digest, its parts have words of their own. */
export type NoticeSubject = Exclude<NoticeEvent, 'digest'> | `digest.${NonNullable<NoticeData['part']>}`;

interface NoticeWords {
  /** What happened, `count` times. */
  readonly what: Readonly<Record<NoticeSubject, (count: string, isOne: boolean) => string>>;
  readonly several: (count: string) => string;
  readonly digest: (day: string) => string;
  readonly worst: string;
  readonly more: (count: string) => string;
  readonly changed: (from: string, to: string) => string;
  readonly open: string;
  readonly separator: string;
  /** Between two amounts. */
  readonly between: string;
}

const EN: NoticeWords = {
  what: {
    'case.assigned': (n, one) => (one ? 'A case has an owner' : `${n} cases have an owner`),
    'case.due': (n, one) => (one ? 'A case is due within a day' : `${n} cases are due within a day`),
    'case.overdue': (n, one) => (one ? 'A case is overdue' : `${n} cases are overdue`),
    'case.escalated': (n, one) =>
      one ? 'An overdue case was passed on to you' : `${n} overdue cases were passed on to you`,
    'case.reopened': (n, one) => (one ? 'A resolved case is open again' : `${n} resolved cases are open again`),
    'proposal.awaiting': (n, one) =>
      one ? 'A proposal awaits a second person' : `${n} proposals await a second person`,
    'proposal.decided': (n, one) => (one ? 'A proposal was decided' : `${n} proposals were decided`),
    'proposal.settled': (n, one) =>
      one
        ? 'Evidence answered a proposal before anybody decided'
        : `Evidence answered ${n} proposals before anybody decided`,
    'refund.failed': (n, one) => (one ? 'A proposed refund was not sent' : `${n} proposed refunds were not sent`),
    'day.ready': (n, one) => (one ? 'A day can be closed' : `${n} days can be closed`),
    'day.closed': (n, one) => (one ? 'A day was closed' : `${n} days were closed`),
    'alert.raised': (n, one) => (one ? 'An alert was raised' : `${n} alerts were raised`),
    'alert.cleared': (n, one) => (one ? 'An alert was cleared' : `${n} alerts were cleared`),
    'rules.changed': (n, one) => (one ? 'New rules ended 1 open case' : `New rules ended ${n} open cases`),
    'people.changed': (n, one) =>
      one ? 'The rights of a person were changed' : `The rights of people were changed ${n} times`,
    'settings.changed': (n, one) => (one ? 'Settings were changed' : `Settings were changed ${n} times`),
    'report.ready': (n, one) => (one ? 'The report of a day is ready' : `The reports of ${n} days are ready`),
    test: () => 'A test from Hesabu: this channel works',
    'digest.open': (n) => `Open cases: ${n}`,
    'digest.overdue': (n) => `Overdue: ${n}`,
    'digest.awaiting': (n) => `Proposals that await a second person: ${n}`,
    'digest.settled': (n) => `Proposals that evidence answered since yesterday: ${n}`,
    'digest.alerts': (n) => `Alerts: ${n}`,
  },
  several: (n) => `${n} notices from Hesabu`,
  digest: (day) => `Hesabu, ${day}`,
  worst: 'First of all:',
  more: (n) => `and ${n} more`,
  changed: (from, to) => `was ${from}, is ${to}`,
  open: 'Open in Hesabu',
  separator: ': ',
  between: '; ',
};

const ZH: NoticeWords = {
  what: {
    'case.assigned': (n) => `${n} 笔差错已分派`,
    'case.due': (n) => `${n} 笔差错将在一天内到期`,
    'case.overdue': (n) => `${n} 笔差错已逾期`,
    'case.escalated': (n) => `${n} 笔逾期差错已上报给您`,
    'case.reopened': (n) => `${n} 笔已解决的差错重新打开`,
    'proposal.awaiting': (n) => `${n} 笔处理待复核`,
    'proposal.decided': (n) => `${n} 笔处理已复核`,
    'proposal.settled': (n) => `${n} 笔处理在复核前已由新证据了结`,
    'refund.failed': (n) => `${n} 笔退款提议未能发出`,
    'day.ready': (n) => `${n} 个账期可以结账`,
    'day.closed': (n) => `${n} 个账期已结账`,
    'alert.raised': (n) => `${n} 条告警`,
    'alert.cleared': (n) => `${n} 条告警已解除`,
    'rules.changed': (n) => `新规则消除了 ${n} 笔未处理差错`,
    'people.changed': (n) => `${n} 项人员权限变更`,
    'settings.changed': (n) => `${n} 项设置变更`,
    'report.ready': (n) => `${n} 份日报表已生成`,
    test: () => 'Hesabu 测试消息：该渠道可用',
    'digest.open': (n) => `未处理差错：${n}`,
    'digest.overdue': (n) => `已逾期：${n}`,
    'digest.awaiting': (n) => `待复核：${n}`,
    'digest.settled': (n) => `昨日以来由新证据了结的处理：${n}`,
    'digest.alerts': (n) => `告警：${n}`,
  },
  several: (n) => `Hesabu：${n} 条通知`,
  digest: (day) => `Hesabu 日报 ${day}`,
  worst: '重点：',
  more: (n) => `另有 ${n} 条`,
  changed: (from, to) => `原为 ${from}，现为 ${to}`,
  open: '在 Hesabu 中打开',
  separator: '：',
  between: '; ',
};

const FR: NoticeWords = {
  what: {
    'case.assigned': (n, one) => (one ? 'Un écart a un responsable' : `${n} écarts ont un responsable`),
    'case.due': (n, one) =>
      one ? 'Un écart arrive à échéance d’ici un jour' : `${n} écarts arrivent à échéance d’ici un jour`,
    'case.overdue': (n, one) => (one ? 'Un écart est en retard' : `${n} écarts sont en retard`),
    'case.escalated': (n, one) =>
      one ? 'Un écart en retard vous a été transmis' : `${n} écarts en retard vous ont été transmis`,
    'case.reopened': (n, one) => (one ? 'Un écart résolu est rouvert' : `${n} écarts résolus sont rouverts`),
    'proposal.awaiting': (n, one) =>
      one ? 'Une proposition attend une deuxième personne' : `${n} propositions attendent une deuxième personne`,
    'proposal.decided': (n, one) => (one ? 'Une proposition a été décidée' : `${n} propositions ont été décidées`),
    'proposal.settled': (n, one) =>
      one
        ? 'De nouvelles données ont réglé une proposition avant toute décision'
        : `De nouvelles données ont réglé ${n} propositions avant toute décision`,
    'refund.failed': (n, one) =>
      one ? 'Un remboursement proposé n’a pas été envoyé' : `${n} remboursements proposés n’ont pas été envoyés`,
    'day.ready': (n, one) => (one ? 'Une journée peut être clôturée' : `${n} journées peuvent être clôturées`),
    'day.closed': (n, one) => (one ? 'Une journée a été clôturée' : `${n} journées ont été clôturées`),
    'alert.raised': (n, one) => (one ? 'Une alerte a été déclenchée' : `${n} alertes ont été déclenchées`),
    'alert.cleared': (n, one) => (one ? 'Une alerte a été levée' : `${n} alertes ont été levées`),
    'rules.changed': (n, one) =>
      one
        ? 'De nouvelles règles ont mis fin à 1 écart ouvert'
        : `De nouvelles règles ont mis fin à ${n} écarts ouverts`,
    'people.changed': (n, one) =>
      one ? 'Les droits d’une personne ont été modifiés' : `Les droits de personnes ont été modifiés ${n} fois`,
    'settings.changed': (n, one) => (one ? 'Des réglages ont été modifiés' : `Des réglages ont été modifiés ${n} fois`),
    'report.ready': (n, one) =>
      one ? 'Le rapport d’une journée est prêt' : `Les rapports de ${n} journées sont prêts`,
    test: () => 'Essai de Hesabu : ce canal fonctionne',
    'digest.open': (n) => `Écarts ouverts : ${n}`,
    'digest.overdue': (n) => `En retard : ${n}`,
    'digest.awaiting': (n) => `Propositions en attente d’une deuxième personne : ${n}`,
    'digest.settled': (n) => `Propositions réglées par de nouvelles données depuis hier : ${n}`,
    'digest.alerts': (n) => `Alertes : ${n}`,
  },
  several: (n) => `${n} messages de Hesabu`,
  digest: (day) => `Hesabu, ${day}`,
  worst: 'D’abord :',
  more: (n) => `et ${n} de plus`,
  changed: (from, to) => `c’était ${from}, c’est ${to}`,
  open: 'Ouvrir dans Hesabu',
  separator: ' : ',
  between: ' ; ',
};

export const NOTICE_WORDS: Readonly<Record<ReaderLanguage, NoticeWords>> = { en: EN, 'zh-CN': ZH, fr: FR };
