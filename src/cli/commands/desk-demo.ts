// What `hesabu demo --desk` prints: the week, the page's address, and with what to sign in there. The service runs
// until a signal ends it.

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pino from 'pino';
import { paint, tableText } from '../../app/reports/table.ts';
import type { Language } from '../../domain/reason-words.ts';
import { parseInstant } from '../../domain/time.ts';
import { makeLogger } from '../../service/service.ts';
import { type DeskDemo, type DeskSignIn, startDeskDemo } from '../../simulation/desk-demo.ts';
import type { DemoPlaces } from '../../simulation/marketplace/demo-directory.ts';

export interface RunDeskOptions {
  /** Where the service's log goes. */
  readonly dir: string;
  readonly places: DemoPlaces;
  /** The time of the ledger, ISO 8601. */
  readonly asOf: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

/** Resolves with the exit code after a signal. */
export async function runDesk({ dir, places, asOf, format, lang }: RunDeskOptions): Promise<number> {
  const words = DESK_WORDS[lang];
  const log = join(dir, 'serve.log');
  const failure = Promise.withResolvers<number>();
  const desk = await startDeskDemo({
    ...{ places, at: parseInstant(asOf)!, lang },
    logger: makeLogger('warn', pino.destination(log)),
    onFailure: (error) => {
      process.stderr.write(`${error.message}\n`);
      failure.resolve(error.exit);
    },
  });
  if (format === 'json')
    process.stdout.write(`${JSON.stringify({ url: desk.url, sign_ins: desk.signIns.map(shown) })}\n`);
  else
    process.stdout.write(`\n${paint(['bold', 'underline'], words.title, process.stdout)}\n${deskText(desk, lang)}\n`);
  const lines = createInterface({ input: process.stdin });
  lines.on('line', () => {
    for (const { name, code } of desk.signIns) if (code !== null) process.stdout.write(`${name}  ${code()}\n`);
  });
  const signal = Promise.withResolvers<number>();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => signal.resolve(0));
  const code = await Promise.race([signal.promise, failure.promise]);
  lines.close();
  await desk.close();
  return code;
}

function shown({ role, name, password, code }: DeskSignIn): object {
  return { role, name, password, code: code === null ? null : code() };
}

function deskText({ url, signIns }: DeskDemo, lang: Language): string {
  const words = DESK_WORDS[lang];
  const rows = signIns.map(({ role, name, password, code }) => [words.roles[role], name, password, code?.() ?? '']);
  const table = tableText(
    words.columns.map((title) => ({ title })),
    rows,
  );
  return `${words.address}  ${paint('bold', url, process.stdout)}\n${table}\n\n${words.code}\n${words.end}`;
}

const DESK_WORDS = {
  en: {
    title: 'The page for people, on the ledger of this week',
    address: 'Open',
    roles: { operator: 'operator 经办', approver: 'approver 复核', auditor: 'auditor 审计' },
    columns: ['Role', 'Name', 'Password', 'Code'],
    code: 'A code counts once; Enter gives the next one.',
    end: 'Ctrl-C ends it.',
  },
  'zh-CN': {
    title: '差错处理页面（本周账本）',
    address: '请打开',
    roles: { operator: '经办 operator', approver: '复核 approver', auditor: '审计 auditor' },
    columns: ['角色', '姓名', '密码', '验证码'],
    code: '验证码只能用一次；按 Enter 给出下一个。',
    end: '按 Ctrl-C 结束。',
  },
} as const;
