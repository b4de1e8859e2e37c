// The cases of a data directory, which is only read: what `hesabu cases` prints.

import type { Language } from '../domain/language.ts';
import { formatMinor } from '../domain/money.ts';
import { titleOf } from '../domain/reason-words.ts';
import { casePage } from '../engine/cases.ts';
import { rulesInForce, timeOf } from '../engine/executors/executors.ts';
import { withReadOnlyLedger } from '../engine/read-only-ledger.ts';
import type { CaseState } from '../matching/case-state.ts';
import type { CaseFilter, CasePage, CaseSort } from '../projections/cases/case-question.ts';
import { caseView, sumsView } from '../projections/cases/case-view.ts';
import { RulesLog } from '../task/rules-log.ts';
import { CASE_WORDS } from './reports/case-words.ts';
import { grouped, printable, tableText } from './reports/table.ts';

export interface CaseListOptions {
  readonly filter: CaseFilter;
  readonly sort: CaseSort;
  readonly limit: number;
}

interface Words {
  readonly columns: readonly string[];
  readonly states: Readonly<Record<CaseState, string>>;
  readonly sums: (shown: number, total: string) => string;
  readonly value: (currency: string, over: string, under: string, other: string) => string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    columns: ['reference', 'merchant', 'provider', 'reason', 'difference', 'age', 'state', 'owner'],
    states: CASE_WORDS.en.states,
    sums: (shown: number, total: string) => `${shown} of ${total} cases; ages in business days`,
    value: (currency: string, over: string, under: string, other: string) =>
      `${currency}: over ${over}, under ${under}, without direction ${other}`,
  },
  'zh-CN': {
    columns: ['订单号', '商户', '渠道', '原因', '差额', '账龄', '状态', '负责人'],
    states: CASE_WORDS['zh-CN'].states,
    sums: (shown: number, total: string) => `显示 ${shown} 笔，共 ${total} 笔；账龄按工作日计`,
    value: (currency: string, over: string, under: string, other: string) =>
      `${currency}：长款 ${over}，短款 ${under}，无方向 ${other}`,
  },
};

/** As of the ledger's last block. */
export function caseList(dir: string, { filter, sort, limit }: CaseListOptions): Promise<CasePage> {
  return withReadOnlyLedger(dir, async ({ executors: { ask }, log }) => {
    const heads = await ask({ query: 'heads' });
    const rules = rulesInForce(heads, new RulesLog(log));
    return casePage(ask, rules, { filter, merchants: null, sort, limit, now: timeOf(heads), routing: [] });
  });
}

export function caseListJson(page: CasePage, limit: number): object {
  const cases = page.rows.slice(0, limit).map((row) => caseView(row, row));
  return { cases, ...sumsView(page) };
}

export function caseListText(page: CasePage, limit: number, lang: Language): string {
  const words = WORDS[lang];
  const rows = page.rows
    .slice(0, limit)
    .map(({ key, merchant, provider, finding, status, owner, age }) => [
      ...[key, merchant, provider].map(printable),
      titleOf(finding.reason, lang),
      finding.difference === null ? '' : `${grouped(finding.difference)} ${finding.currency ?? ''}`.trim(),
      age === null ? '' : String(age),
      words.states[status],
      printable(owner ?? ''),
    ]);
  const columns = words.columns.map(
    (title, at) => ({ title, align: at === 4 || at === 5 ? 'right' : 'left' }) as const,
  );
  const values = [...page.value].map(([currency, { over, under, other }]) => {
    const [more, less, rest] = [over, under, other].map((minor) => grouped(formatMinor(minor, currency)));
    return words.value(currency, more!, less!, rest!);
  });
  const table = rows.length === 0 ? [] : [tableText(columns, rows), ''];
  return `${[...table, words.sums(rows.length, grouped(page.total)), ...values].join('\n')}\n`;
}
