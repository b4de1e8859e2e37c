// The sentences on what people decided, in every language: how a finding was resolved, and which one.

import type { Finding } from './assessment.ts';
import type { ReaderLanguage } from './language.ts';
import { amountText } from './number-text.ts';
import { REASONS, type ReasonCode, type ResolutionReason } from './reasons.ts';

interface Words {
  readonly titles: Readonly<Record<ResolutionReason, string>>;
  /** Where other evidence, or a rejection, ended it. */
  readonly ended: string;
  /** After the title: which finding, and the amount that goes with it. */
  readonly of: (title: string, finding: string, amount: string) => string;
}

const WORDS: Readonly<Record<ReaderLanguage, Words>> = {
  en: {
    titles: {
      WRITTEN_OFF: 'Written off by a person',
      EXPLAINED: 'Explained by a person',
      LINKED: 'Linked to other orders by people',
      LINKED_IN: 'Paid by money that people linked',
      PERIOD_CLOSED: 'Day closed by two people',
    },
    ended: 'No longer holds',
    of: (title, finding, amount) =>
      `${title}${finding === '' ? '' : `: ${finding}`}${amount === '' ? '' : ` (${amount})`}.`,
  },
  'zh-CN': {
    titles: {
      WRITTEN_OFF: '人工核销',
      EXPLAINED: '人工说明',
      LINKED: '人工挂接到其他订单',
      LINKED_IN: '由人工挂接的款项支付',
      PERIOD_CLOSED: '已结账（双人）',
    },
    ended: '不再成立',
    of: (title, finding, amount) =>
      `${title}${finding === '' ? '' : `：${finding}`}${amount === '' ? '' : `（${amount}）`}。`,
  },
  fr: {
    titles: {
      WRITTEN_OFF: 'Passé en perte par une personne',
      EXPLAINED: 'Expliqué par une personne',
      LINKED: 'Rattaché à d’autres commandes par des personnes',
      LINKED_IN: 'Payé par de l’argent que des personnes ont rattaché',
      PERIOD_CLOSED: 'Journée clôturée par deux personnes',
    },
    ended: 'Ne vaut plus',
    of: (title, finding, amount) =>
      `${title}${finding === '' ? '' : ` : ${finding}`}${amount === '' ? '' : ` (${amount})`}.`,
  },
};

export function isResolution(reason: ReasonCode): reason is ResolutionReason {
  return REASONS[reason].severity === 'resolution';
}

export function resolutionTitle(reason: ResolutionReason, language: ReaderLanguage): string {
  return WORDS[language].titles[reason];
}

/** A resolution's subject begins with the reason that it is about: see `resolutionSubject`. */
export function resolutionSentence(
  { kind, reason, subject, observed, difference, currency }: Omit<Finding, 'opened_at'>,
  language: ReaderLanguage,
  titleOf: (reason: ReasonCode) => string,
): string {
  const words = WORDS[language];
  // What is linked to a key comes from another one, whatever that is called.
  const of = reason === 'LINKED_IN' ? null : resolvedReason(subject);
  const title = words.titles[reason as ResolutionReason];
  if (kind === 'closed') return words.of(words.ended, title, '');
  if (of === null && subject.trim() === '') return words.of(title, '', '');
  const known = reason === 'LINKED_IN' ? observed : difference;
  const amount = known === null || currency === null ? '' : amountText(known, currency, language);
  return words.of(title, of === null ? subject : titleOf(of), amount);
}

/** The subject of the resolution of a finding: `REASON/subject`. */
export function resolutionSubject({ reason, subject }: Pick<Finding, 'reason' | 'subject'>): string {
  return `${reason}/${subject}`;
}

/** The reason of the finding that a resolution with this subject is about; null if it names none. */
function resolvedReason(subject: string): ReasonCode | null {
  return resolvedFinding(subject)?.reason ?? null;
}

/** The finding that a resolution with this subject is about; null if it names none. */
export function resolvedFinding(subject: string): (Pick<Finding, 'subject'> & { reason: ReasonCode }) | null {
  const slash = Math.max(0, subject.indexOf('/'));
  const name = subject.slice(0, slash);
  return Object.hasOwn(REASONS, name) ? { reason: name as ReasonCode, subject: subject.slice(slash + 1) } : null;
}
