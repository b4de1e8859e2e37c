// What a person decided, in a line of text. People are named by their ids, texts by their hashes: neither is a fact.

import type { CaseName, Decider, DecisionBody } from '../../domain/decision.ts';
import type { Language } from '../../domain/language.ts';
import { titleOf } from '../../domain/reason-words.ts';
import type { Instant } from '../../domain/time.ts';
import { grouped, printable } from '../reports/table.ts';
import { WORDS } from '../reports/words.ts';

const DECISION_WORDS = {
  en: {
    types: {
      CaseAssigned: 'assigned',
      NoteAdded: 'note',
      ResolutionProposed: 'proposed',
      ResolutionApproved: 'approved',
      ResolutionRejected: 'rejected',
      PeriodClosed: 'close proposed',
    },
    kinds: { write_off: 'write off', explain: 'explain', refund: 'refund', link: 'link' },
    waiting: { gateway: 'the gateway', merchant: 'the merchant', customer: 'the customer', bank: 'the bank' },
    by: (person: string) => `by ${person}`,
    to: (owner: string) => `to ${owner}`,
    due: (at: string) => `due ${at}`,
    waitsFor: (whom: string) => `waits for ${whom}`,
    nobody: 'nobody',
  },
  'zh-CN': {
    types: {
      CaseAssigned: '分派',
      NoteAdded: '备注',
      ResolutionProposed: '经办提交',
      ResolutionApproved: '复核通过',
      ResolutionRejected: '驳回',
      PeriodClosed: '申请结账',
    },
    kinds: { write_off: '核销', explain: '说明', refund: '退款', link: '挂接' },
    waiting: { gateway: '网关', merchant: '商户', customer: '客户', bank: '银行' },
    by: (person: string) => `操作人 ${person}`,
    to: (owner: string) => `负责人 ${owner}`,
    due: (at: string) => `截止 ${at}`,
    waitsFor: (whom: string) => `等待${whom}`,
    nobody: '无',
  },
} as const satisfies Record<Language, unknown>;

/** `at` writes an instant in the zone of the reader. */
export function decisionText(body: DecisionBody, lang: Language, at: (instant: Instant) => string): string {
  const words = DECISION_WORDS[lang];
  const { colon, comma } = WORDS[lang].phrases;
  const parts = [caseText(body.case, lang), ...ownParts(body, lang, at), words.by(personText(body.by))];
  return `${words.types[body.type]}${colon}${parts.join(comma)}`;
}

function ownParts(body: DecisionBody, lang: Language, at: (instant: Instant) => string): string[] {
  const words = DECISION_WORDS[lang];
  switch (body.type) {
    case 'CaseAssigned':
      return [
        words.to(body.owner === null ? words.nobody : printable(body.owner)),
        ...(body.due_at === null ? [] : [words.due(at(body.due_at))]),
        ...(body.waiting_on === null ? [] : [words.waitsFor(words.waiting[body.waiting_on])]),
      ];
    case 'ResolutionProposed': {
      const amount = body.amount === null ? [] : [`${grouped(body.amount)} ${body.currency ?? ''}`.trim()];
      const to = body.to?.map((one) => `→ ${printable(one.reference)} ${grouped(one.amount)}`) ?? [];
      return [words.kinds[body.kind], ...amount, ...to, body.cause];
    }
    case 'NoteAdded':
      return [];
    case 'PeriodClosed':
      return [printable(body.day), printable(body.merchant), ...body.statements.map(({ sha256 }) => sha256)];
    default:
      return [printable(body.proposal.id)];
  }
}

function caseText({ reason, subject }: CaseName, lang: Language): string {
  return subject === '' ? titleOf(reason, lang) : `${titleOf(reason, lang)} [${printable(subject)}]`;
}

function personText({ person }: Decider): string {
  return printable(person);
}
