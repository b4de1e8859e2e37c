// `hesabu doctor`: a table of the checks, and what to do.

import { examine } from '../../app/doctor.ts';
import { examineArchive } from '../../app/doctor-archive.ts';
import type { Check, CheckName } from '../../app/doctor-check.ts';
import { paint, printable, tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { examineService } from '../../service/service-check.ts';

export interface RunDoctorOptions {
  readonly data?: string;
  readonly config?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS: Record<Language, { columns: string[]; ok: string; attention: string; names: Record<CheckName, string> }> =
  {
    en: {
      columns: ['Check', 'State', 'Found'],
      ok: 'ok',
      attention: 'attention',
      names: {
        node: 'Node and SQLite',
        directory: 'Data directory',
        access: 'Access',
        space: 'Disk space',
        lock: 'Lock',
        sqlite: 'Database',
        seal: 'Last run',
        archive: 'Archive',
        signatures: 'Signatures',
        snapshots: 'Snapshots',
        leftovers: 'Leftovers',
        clock: 'Clock',
        rules: 'Rules and zone',
        config: 'Configuration',
        secrets: 'Secrets',
        'rules file': 'Rules file',
        listen: 'Listening',
        port: 'Port',
        webhook: 'Webhooks',
        gateway: 'Gateway',
        certificate: 'Certificate',
        notify: 'Notifications',
        issuer: 'Issuer of sign-ins',
      },
    },
    'zh-CN': {
      columns: ['检查项', '状态', '结果'],
      ok: '正常',
      attention: '注意',
      names: {
        node: 'Node 与 SQLite',
        directory: '数据目录',
        access: '访问权限',
        space: '磁盘空间',
        lock: '锁',
        sqlite: '数据库',
        seal: '上次运行',
        archive: '归档',
        signatures: '签名',
        snapshots: '快照',
        leftovers: '残留文件',
        clock: '时钟',
        rules: '规则与时区',
        config: '配置文件',
        secrets: '密钥',
        'rules file': '规则文件',
        listen: '监听地址',
        port: '端口',
        webhook: '回调',
        gateway: '网关',
        certificate: '证书',
        notify: '通知目标',
        issuer: '登录服务',
      },
    },
  };

/** Exit 0 if all is well, 4 if anything needs attention. */
export async function runDoctor({ data, config, format, lang }: RunDoctorOptions): Promise<number> {
  if (data !== undefined && config !== undefined) {
    throw new HesabuError('HESABU_USAGE', { where: '--data', expected: 'only --config, which names the directory' });
  }
  const checks = config === undefined ? await examineAll(data) : await examineService(config);
  const isWell = checks.every(({ remedy }) => remedy === null);
  if (format === 'json') {
    const rows = checks.map(({ name, found, remedy }) => {
      return { name, found, mend: remedy, state: remedy === null ? 'ok' : 'attention' };
    });
    process.stdout.write(`${JSON.stringify({ ok: isWell, checks: rows })}\n`);
  } else process.stdout.write(`${asText(checks, lang)}\n`);
  return isWell ? 0 : 4;
}

async function examineAll(data: string | undefined): Promise<Check[]> {
  const now = Date.now();
  return [...examine(data, now), ...(data === undefined ? [] : await examineArchive(data, now))];
}

function asText(checks: readonly Check[], lang: Language): string {
  const { columns, ok, attention, names } = WORDS[lang];
  const rows = checks.map(({ name, found, remedy, chinese }) => [
    names[name],
    remedy === null ? paint('green', ok, process.stdout) : paint('yellow', attention, process.stdout),
    printable(lang === 'zh-CN' ? (chinese?.found ?? found) : found),
  ]);
  // Several checks may have the same remedy: it is printed once.
  const remedies = new Set(
    checks.flatMap(({ name, remedy, chinese }) => {
      if (remedy === null) return [];
      return lang === 'zh-CN' ? `${names[name]}：${chinese?.remedy ?? remedy}` : `${names[name]}: ${remedy}`;
    }),
  );
  const table = tableText(
    columns.map((title) => ({ title })),
    rows,
  );
  return remedies.size === 0 ? table : `${table}\n\n${[...remedies].join('\n')}`;
}
