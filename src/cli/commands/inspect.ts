// What `hesabu inspect` prints: as JSON one object of a fixed form, as text the same for people.

import { type InspectOptions, inspectFile } from '../../app/inspect/inspect.ts';
import type { Inspection } from '../../app/inspect/inspection.ts';
import { printable } from '../../app/reports/table.ts';
import { bodyText } from '../../app/trace/body-text.ts';
import { isFromSource } from '../../domain/fact.ts';
import type { Language } from '../../domain/reason-words.ts';
import { formatInstant } from '../../domain/time.ts';

export interface RunInspectOptions extends InspectOptions {
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    verified: {
      true: 'The signature is valid.',
      false: 'The signature is NOT valid.',
      null: 'No secret: not verified.',
    },
    none: 'Nothing was read:',
    facts: (count: number) => `${count} ${count === 1 ? 'fact' : 'facts'}`,
    rejects: (count: number) => `${count} rejected`,
    ignored: (count: number) => `${count} ignored`,
    hint: ', a hint: nobody signed it',
    hidden: 'Personal data is hidden. Nothing was kept.',
  },
  'zh-CN': {
    verified: { true: '签名有效。', false: '签名无效。', null: '未给密钥，未验签。' },
    none: '无法读取：',
    facts: (count: number) => `${count} 条事实`,
    rejects: (count: number) => `${count} 条被拒绝`,
    ignored: (count: number) => `${count} 条被忽略`,
    hint: '，仅为提示：没有签名',
    hidden: '个人信息已隐藏，未保存任何内容。',
  },
} as const;

export async function runInspect(file: string, { format, lang, ...options }: RunInspectOptions): Promise<number> {
  const inspection = await inspectFile(file, options);
  process.stdout.write(format === 'json' ? `${JSON.stringify(inspection)}\n` : textOf(inspection, lang));
  return 0;
}

function textOf({ verified, facts, rejects, ignored, unread }: Inspection, lang: Language): string {
  const words = WORDS[lang];
  const lines: string[] = [words.verified[`${verified}`]];
  if (unread !== null) lines.push(`${words.none} ${printable(unread)}`);
  lines.push(words.facts(facts.length));
  for (const fact of facts) {
    const body = isFromSource(fact) ? bodyText(fact.body, lang, formatInstant) : '';
    const said = 'hint' in fact.body && fact.body.hint === true ? `${body}${words.hint}` : body;
    const at = fact.occurred_at === null ? '' : `  ${formatInstant(fact.occurred_at)}`;
    lines.push(`  ${printable(fact.transaction_reference)}  ${said}${at}`);
  }
  if (rejects.length > 0) lines.push(words.rejects(rejects.length));
  for (const { place, field, why } of rejects)
    lines.push(`  ${[place, field, why].filter(Boolean).map(printable).join('  ')}`);
  if (ignored.length > 0) lines.push(words.ignored(ignored.length));
  for (const { place, id, why } of ignored)
    lines.push(`  ${[place, id ?? '', why].filter(Boolean).map(printable).join('  ')}`);
  return `${[...lines, words.hidden].join('\n')}\n`;
}
