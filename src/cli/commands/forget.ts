// What `hesabu forget` asks and prints. It never shows whom it was given: screens are watched, and outputs are kept.

import { createInterface } from 'node:readline/promises';
import { text as textOf } from 'node:stream/consumers';
import { type ForgetReport, forget } from '../../app/forget.ts';
import { grouped } from '../../app/reports/table.ts';
import { type Subject, subjectOf } from '../../archive/privacy/subject.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { forgetInService } from '../../service/forget-in-service.ts';
import { patienceOf } from '../terminal/patience.ts';

export interface RunForgetOptions {
  readonly data: string;
  /** Brokers. */
  readonly kafka?: string;
  readonly wait: string;
  readonly yes?: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const SUBJECT_MAX = 1000;

const WORDS = {
  en: {
    whom: 'Whom? ',
    sure: (who: string) => `Forget ${who} for ever? Nobody can take this back. Answer yes: `,
    number: (country: string, end: string) => `the telephone number (${country}) that ends in ${end}`,
    text: (length: number) => `the text of ${length} characters`,
    forgotten: 'Forgotten: no pseudonym can be made of it any more.',
    again: 'It was forgotten before, and was looked for once more.',
    blanked: ({ imports, days, reports }: ForgetReport) =>
      `Blanked in ${grouped(imports)} stored files and ${grouped(days)} days of exchanges; ` +
      `${grouped(reports)} fetched reports removed.`,
    ended: ({ uploads, refunds }: ForgetReport) =>
      `Ended: ${grouped(uploads)} uploads that waited. Blanked: ${grouped(refunds)} reasons of refunds.`,
    facts: (count: string) =>
      `What stays: ${count} facts have it as a reference, an id or a word. ` +
      'They cannot change; docs/security.md says why.',
    unfinished: (count: string) =>
      `${count} places of earlier calls are unfinished: give these persons to hesabu forget again.`,
  },
  'zh-CN': {
    whom: '遗忘谁？',
    sure: (who: string) => `确定永久遗忘${who}？此操作无法撤销。请输入 yes：`,
    number: (country: string, end: string) => `尾号为 ${end} 的手机号（${country}）`,
    text: (length: number) => `这段 ${length} 个字符的文本`,
    forgotten: '已遗忘：此后再也无法由其生成化名。',
    again: '此前已遗忘，本次重新查找了一遍。',
    blanked: ({ imports, days, reports }: ForgetReport) =>
      `已在 ${grouped(imports)} 个存档文件和 ${grouped(days)} 天的通信记录中抹去；已删除 ${grouped(reports)} 份下载的报表。`,
    ended: ({ uploads, refunds }: ForgetReport) =>
      `已终止 ${grouped(uploads)} 个待审批的上传；已抹去 ${grouped(refunds)} 条退款理由。`,
    facts: (count: string) =>
      `仍保留：${count} 条事实将其用作参考号、标识或词语。事实不可更改；原因见 docs/security.md。`,
    unfinished: (count: string) => `先前有 ${count} 处未完成：请对相应的人再次运行 hesabu forget。`,
  },
} satisfies Record<Language, unknown>;

export async function runForget(given: string, options: RunForgetOptions): Promise<number> {
  const { data, kafka, wait, format, lang } = options;
  const subject = subjectOf(given === '-' ? await readWhom(lang) : given);
  if (subject === undefined) throw unknown();
  if (options.yes !== true) await confirm(subject, lang);
  const now = Date.now();
  const report = await forget({
    ...{ data, subject, now, ofService: () => forgetInService(data, subject, now) },
    ...(kafka === undefined ? {} : { cluster: { brokers: kafka, patience: patienceOf({ wait }) } }),
  });
  process.stdout.write(format === 'json' ? `${JSON.stringify(report)}\n` : `${linesOf(report, lang).join('\n')}\n`);
  return 0;
}

function linesOf(report: ForgetReport, lang: Language): readonly string[] {
  const words = WORDS[lang];
  const { again, facts, unfinished } = report;
  return [
    again ? words.again : words.forgotten,
    words.blanked(report),
    words.ended(report),
    ...(facts === 0 ? [] : [words.facts(grouped(facts))]),
    ...(unfinished === 0 ? [] : [words.unfinished(grouped(unfinished))]),
  ];
}

/** From a terminal one line, otherwise all of the standard input. */
async function readWhom(lang: Language): Promise<string> {
  if (!process.stdin.isTTY) return (await textOf(process.stdin)).slice(0, SUBJECT_MAX);
  return ask(WORDS[lang].whom);
}

/** Throws HESABU_USAGE without a terminal, and where the answer is another one. */
async function confirm({ country, texts }: Subject, lang: Language): Promise<void> {
  const words = WORDS[lang];
  const [text] = texts as readonly [string];
  const who = country === null ? words.text(text.length) : words.number(country, text.slice(-2));
  const answer = process.stdin.isTTY ? await ask(words.sure(who)) : '';
  if (answer.trim().toLowerCase() === 'yes') return;
  const found = process.stdin.isTTY ? 'another answer' : 'no terminal to ask on';
  const remedy = 'Nothing was changed. Answer yes, or add --yes.';
  throw new HesabuError('HESABU_USAGE', { where: 'forget', expected: 'a confirmation', found, remedy });
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

/** It does not say what was given. */
function unknown(): HesabuError {
  const expected =
    'a telephone number with its country code, such as +254 712 345 678, or a text of 6 characters or more';
  const remedy = 'Nothing was changed. Write a number with its country code.';
  return new HesabuError('HESABU_USAGE', { where: 'subject', expected, found: 'something else', remedy });
}
