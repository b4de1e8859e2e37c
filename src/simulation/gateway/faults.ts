// The faults of the sandbox, each with a sentence.

import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';

const FAULTS = {
  lost: {
    en: 'the webhook of a successful payment never comes',
    'zh-CN': '支付成功的回调始终未到',
  },
  late: {
    en: 'a webhook comes hours later',
    'zh-CN': '回调晚数小时才到',
  },
  repeated: {
    en: 'a webhook comes several times, some of them at once',
    'zh-CN': '同一回调多次送达，有的同时到达',
  },
  reordered: {
    en: 'an earlier event comes after a later one',
    'zh-CN': '较早的事件后到',
  },
  forged: {
    en: 'webhooks come with an invalid signature',
    'zh-CN': '收到签名无效的伪造回调',
  },
  contradicting: {
    en: 'events and the settlement contradict each other',
    'zh-CN': '事件与结算互相矛盾',
  },
  limited: {
    en: 'too many calls are answered 429, or 500 with a code that means the same',
    'zh-CN': '调用过多时返回 429，或用 500 加专用代码表示',
  },
  errors: {
    en: 'calls are answered 500 and 503',
    'zh-CN': '调用返回 500 或 503',
  },
  slow: {
    en: 'responses come after the client has timed out',
    'zh-CN': '响应来得太晚，客户端已超时',
  },
  cut: {
    en: 'responses are cut off',
    'zh-CN': '响应中途断开',
  },
  fees: {
    en: 'a settlement line has a different fee from the agreed one',
    'zh-CN': '结算行的手续费与约定不同',
  },
  lines: {
    en: 'settlement lines are missing, duplicated, or have wrong amounts',
    'zh-CN': '结算行缺失、重复或金额不符',
  },
  delayed: {
    en: "a day's report comes hours late",
    'zh-CN': '某日结算报告晚数小时才有',
  },
  grown: {
    en: "a day's report is incomplete at first",
    'zh-CN': '某日结算报告起初不完整',
  },
} satisfies Record<string, Record<Language, string>>;

export type FaultName = keyof typeof FAULTS;
export type Faults = ReadonlySet<FaultName>;

export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

export function faultSentence(name: FaultName, lang: Language): string {
  return FAULTS[name][lang];
}

/** Reads `all`, `none` or names separated by commas. Throws HESABU_USAGE. */
export function parseFaults(text: string): Faults {
  if (text === 'all') return new Set(FAULT_NAMES);
  if (text === 'none') return new Set();
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(FAULTS, name));
  if (unknown === undefined) return new Set(names as FaultName[]);
  throw new HesabuError('HESABU_USAGE', {
    where: '--faults',
    expected: `all, none, or some of ${FAULT_NAMES.join(', ')}`,
    found: `"${unknown}"`,
  });
}
