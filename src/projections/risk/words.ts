// The title and sentence of each risk signal, in every language.

import type { Language } from '../../domain/reason-words.ts';
import { parseDuration } from '../../domain/time.ts';
import type { RiskSignal, RiskSignalName } from './signal.ts';

interface RiskWords {
  readonly title: string;
  readonly sentence: (signal: RiskSignal, window: string) => string;
}

const EN: Record<RiskSignalName, RiskWords> = {
  SAME_DEVICE: {
    title: 'Many orders from one device',
    sentence: ({ observed, threshold }, window) =>
      `${observed} orders of this shop came from the same device within ${window}; the limit is ${threshold}.`,
  },
  SAME_IP: {
    title: 'Many orders from one address',
    sentence: ({ observed, threshold }, window) =>
      `${observed} orders of this shop came from the same IP address within ${window}; the limit is ${threshold}.`,
  },
  SAME_PHONE: {
    title: 'Many orders with one phone',
    sentence: ({ observed, threshold }, window) =>
      `${observed} orders of this shop have the same phone number within ${window}; the limit is ${threshold}.`,
  },
  PHONE_COUNTRY: {
    title: 'Phone from another country',
    sentence: ({ observed, threshold }) =>
      `The phone number is from ${observed}, but the order or its operator is from ${threshold}.`,
  },
  NEAR_THRESHOLD: {
    title: 'Just below the review threshold',
    sentence: ({ observed, threshold }) =>
      `The amount, ${observed}, is just below the review threshold of ${threshold}.`,
  },
  BURST: {
    title: 'A burst of orders',
    sentence: ({ observed, threshold }, window) =>
      `${observed} orders of this shop came within ${window}; the limit is ${threshold}.`,
  },
};

const ZH: Record<RiskSignalName, RiskWords> = {
  SAME_DEVICE: {
    title: '同一设备下单过多',
    sentence: ({ observed, threshold }, window) =>
      `该商户在${window}内有 ${observed} 笔订单来自同一设备；达到 ${threshold} 笔即需留意。`,
  },
  SAME_IP: {
    title: '同一 IP 地址下单过多',
    sentence: ({ observed, threshold }, window) =>
      `该商户在${window}内有 ${observed} 笔订单来自同一 IP 地址；达到 ${threshold} 笔即需留意。`,
  },
  SAME_PHONE: {
    title: '同一手机号下单过多',
    sentence: ({ observed, threshold }, window) =>
      `该商户在${window}内有 ${observed} 笔订单使用同一手机号；达到 ${threshold} 笔即需留意。`,
  },
  PHONE_COUNTRY: {
    title: '手机号归属国不符',
    sentence: ({ observed, threshold }) => `手机号归属 ${observed}，而订单或其运营商属于 ${threshold}。`,
  },
  NEAR_THRESHOLD: {
    title: '金额略低于复核门槛',
    sentence: ({ observed, threshold }) => `金额 ${observed} 略低于 ${threshold} 的复核门槛。`,
  },
  BURST: {
    title: '订单激增',
    sentence: ({ observed, threshold }, window) =>
      `该商户在${window}内有 ${observed} 笔订单；达到 ${threshold} 笔即需留意。`,
  },
};

const WORDS: Record<Language, Record<RiskSignalName, RiskWords>> = { en: EN, 'zh-CN': ZH };

const UNITS = [
  { millis: 86_400_000, en: 'day', zh: '天' },
  { millis: 3_600_000, en: 'hour', zh: '小时' },
  { millis: 60_000, en: 'minute', zh: '分钟' },
  { millis: 1_000, en: 'second', zh: '秒' },
] as const;

export function riskTitle(signal: RiskSignalName, language: Language): string {
  return WORDS[language][signal].title;
}

export function riskSentence(signal: RiskSignal, language: Language): string {
  const window = signal.window === null ? '' : windowText(signal.window, language);
  return WORDS[language][signal.signal].sentence(signal, window);
}

/** `PT90M` in the largest unit that divides it: 90 minutes. */
function windowText(window: string, language: Language): string {
  const millis = parseDuration(window)!;
  const unit = UNITS.find((one) => millis >= one.millis && millis % one.millis === 0);
  if (unit === undefined) return window;
  const count = millis / unit.millis;
  return language === 'en' ? `${count} ${unit.en}${count === 1 ? '' : 's'}` : ` ${count} ${unit.zh}`;
}
