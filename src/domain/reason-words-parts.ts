// The sentences on orders of several merchants that contradict themselves: the whole names another sum than its parts,
// or an order is at once a part and a whole. Both are findings of conflicting evidence, with words of their own.

import type { Finding } from './assessment.ts';
import type { ReaderLanguage } from './language.ts';
import type { ReasonText } from './reason-text.ts';

interface PartTexts {
  readonly sum: ReasonText;
  readonly levels: ReasonText;
}

const ENGLISH: PartTexts = {
  sum: {
    title: 'The whole order and its parts differ',
    expected: [
      "The merchants' parts should come to the whole order (#)",
      "The merchants' parts should come to the whole",
    ],
    found: ['they come to another sum (#)', 'they come to nothing'],
    cause: 'a part was changed, added or not sent, and the whole was not',
    next: 'have the marketplace send the whole again, or the part that is missing',
  },
  levels: {
    title: 'A part of a part',
    expected: ['The order that this part names should be a whole one (#)', 'A part should name a whole order'],
    found: ['that order is itself a part of another one (#)', 'that order is itself a part'],
    cause: 'the marketplace sent the parts of a part',
    next: 'have this part sent again with the order that the payer pays as its parent',
  },
};

const CHINESE: PartTexts = {
  sum: {
    title: '整单与各商户部分不一致',
    expected: ['各商户部分之和应等于整单（#）', '各商户部分之和应等于整单'],
    found: ['实际合计不同（#）', '合计为零'],
    cause: '某一部分已更改、新增或未发送，而整单没有更新',
    next: '请平台重新发送整单，或补发缺少的部分',
  },
  levels: {
    title: '部分订单下又有部分',
    expected: ['此部分所指的订单应为整单（#）', '部分订单应指向整单'],
    found: ['该订单本身也是其他订单的一部分（#）', '该订单本身也是一部分'],
    cause: '平台发送了部分订单的部分',
    next: '请重新发送此部分，并以付款人实际支付的订单作为 parent',
  },
};

const FRENCH: PartTexts = {
  sum: {
    title: 'La commande entière et ses parts diffèrent',
    expected: [
      'La somme des parts des marchands devrait être celle de la commande entière (#)',
      'La somme des parts des marchands devrait être celle de la commande entière',
    ],
    found: ['elle est autre (#)', 'elle est nulle'],
    cause: 'une part a été modifiée, ajoutée ou non envoyée, mais la commande entière n’a pas changé',
    next: 'faites renvoyer par la place de marché la commande entière, ou la part qui manque',
  },
  levels: {
    title: 'Une part d’une part',
    expected: [
      'La commande que nomme cette part devrait être entière (#)',
      'Une part devrait nommer une commande entière',
    ],
    found: ['cette commande est elle-même une part d’une autre (#)', 'cette commande est elle-même une part'],
    cause: 'la place de marché a envoyé les parts d’une part',
    next: 'faites renvoyer cette part avec, comme parente, la commande que le payeur paie',
  },
};

const TEXTS: Readonly<Record<ReaderLanguage, PartTexts>> = { en: ENGLISH, 'zh-CN': CHINESE, fr: FRENCH };

export const CHINESE_FIELDS = { parts: '各部分合计', parent: '所属整单', whole: '其所属整单' };

type Told = Pick<Finding, 'reason' | 'observed'>;

/** The words for a finding on parts, by what was found; undefined for any other. */
export function partText({ reason, observed }: Told, language: ReaderLanguage): ReasonText | undefined {
  if (reason !== 'CONFLICTING_EVIDENCE' || observed === null) return undefined;
  if (observed.startsWith('parts: ')) return TEXTS[language].sum;
  return observed.startsWith('whole: ') ? TEXTS[language].levels : undefined;
}
