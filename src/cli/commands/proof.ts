// `hesabu proof`: writes proofs for others, and checks theirs.

import { resolve } from 'node:path';
import { checkProof, proveEntry, proveGrowth } from '../../app/proof.ts';
import { grouped } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';

export interface RunProofOptions {
  readonly data?: string;
  readonly out: string;
  readonly consistencyFrom?: string;
  readonly partition?: string;
  readonly check?: readonly string[];
  readonly key?: string;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const WORDS = {
  en: {
    entry: (id: string, size: string, origin: string) => `Entry ${id} is in one of ${size} leaves signed in ${origin}.`,
    growth: (size: string, origin: string) => `${origin} only grew, to ${size} leaves.`,
    written: (out: string, files: string) => `Written to ${out}: ${files}`,
    check: 'Anyone with Node can check it there, without Hesabu:',
    holds: (what: string) => `The proof holds: ${what}.`,
  },
  'zh-CN': {
    entry: (id: string, size: string, origin: string) => `分录 ${id} 在 ${origin} 已签名的 ${size} 个叶节点之中。`,
    growth: (size: string, origin: string) => `${origin} 只增不改，现有 ${size} 个叶节点。`,
    written: (out: string, files: string) => `已写入 ${out}：${files}`,
    check: '任何人只需 Node，不必安装 Hesabu，即可在该目录中验证：',
    holds: (what: string) => `证明成立：${what}。`,
  },
} satisfies Record<Language, unknown>;

/** Returns exit code 0; throws if a proof does not hold. */
export async function runProof(id: string | undefined, options: RunProofOptions): Promise<number> {
  const { data, out, format, lang, consistencyFrom: from } = options;
  const words = WORDS[lang];
  const print = (result: object, text: string) => {
    process.stdout.write(format === 'json' ? `${JSON.stringify(result)}\n` : `${text}\n`);
    return 0;
  };
  if (options.check !== undefined) {
    if (options.key === undefined) throw usage('--key VKEY beside --check');
    const proves = checkProof(options.check, options.key);
    return print({ proved: true, proves }, words.holds(proves));
  }
  if (data === undefined) throw usage('--data DIR, or --check PROOF ENTRY --key VKEY');
  if ((id === undefined) === (from === undefined)) throw usage("an entry's id, or --consistency-from");
  const given =
    id === undefined ? await proveGrowth(data, from!, options.partition, out) : await proveEntry(data, id, out);
  const size = grouped(given.size);
  const first = id === undefined ? words.growth(size, given.origin) : words.entry(id, size, given.origin);
  const lines = [first, words.written(resolve(out), given.files.join(', ')), '', words.check, `  ${given.check}`];
  return print({ ...given, out: resolve(out) }, lines.join('\n'));
}

function usage(expected: string): HesabuError {
  return new HesabuError('HESABU_USAGE', { where: 'proof', expected });
}
