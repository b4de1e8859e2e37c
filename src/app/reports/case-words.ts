// The words of lists of cases, in every language.

import type { Language } from '../../domain/language.ts';
import type { CaseState } from '../../matching/case-state.ts';

interface Words {
  readonly sheet: string;
  readonly states: Readonly<Record<CaseState, string>>;
  readonly value: string;
  readonly age: string;
  readonly owner: string;
  readonly team: string;
  readonly operator: string;
  readonly due: string;
  readonly state: string;
}

export const CASE_WORDS: Readonly<Record<Language, Words>> = {
  en: {
    sheet: 'Cases',
    states: {
      new: 'new',
      assigned: 'assigned',
      proposed: 'proposed',
      awaiting_approval: 'awaits approval',
      stale: 'stale',
      reopened: 'reopened',
      resolved: 'resolved',
    },
    ...{ value: 'At stake', age: 'Age', owner: 'Owner', due: 'Due', state: 'State' },
    ...{ team: 'Team', operator: 'Mobile network' },
  },
  'zh-CN': {
    sheet: '差错单',
    states: {
      new: '新',
      assigned: '已分派',
      proposed: '已提交',
      awaiting_approval: '待复核',
      stale: '已过时',
      reopened: '重新打开',
      resolved: '已处理',
    },
    ...{ value: '涉及金额', age: '账龄', owner: '负责人', due: '到期', state: '状态' },
    ...{ team: '团队', operator: '运营商' },
  },
};
