// The title and sentence of each risk signal, in every language.

import { amountText } from '../../domain/number-text.ts';
import type { ReaderLanguage } from '../../domain/reason-words.ts';
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
      `The amount, ${amountIn(observed, 'en')}, is just below the review threshold of ${amountIn(threshold, 'en')}.`,
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
    sentence: ({ observed, threshold }) =>
      `金额 ${amountIn(observed, 'zh-CN')} 略低于 ${amountIn(threshold, 'zh-CN')} 的复核门槛。`,
  },
  BURST: {
    title: '订单激增',
    sentence: ({ observed, threshold }, window) =>
      `该商户在${window}内有 ${observed} 笔订单；达到 ${threshold} 笔即需留意。`,
  },
};

const FR: Record<RiskSignalName, RiskWords> = {
  SAME_DEVICE: {
    title: 'Beaucoup de commandes d’un même appareil',
    sentence: ({ observed, threshold }, window) =>
      `${observed} commandes de cette boutique sont venues du même appareil en ${window} ; la limite est ${threshold}.`,
  },
  SAME_IP: {
    title: 'Beaucoup de commandes d’une même adresse',
    sentence: ({ observed, threshold }, window) =>
      `${observed} commandes de cette boutique sont venues de la même adresse IP en ${window} ; ` +
      `la limite est ${threshold}.`,
  },
  SAME_PHONE: {
    title: 'Beaucoup de commandes avec un même téléphone',
    sentence: ({ observed, threshold }, window) =>
      `${observed} commandes de cette boutique ont le même numéro de téléphone en ${window} ; ` +
      `la limite est ${threshold}.`,
  },
  PHONE_COUNTRY: {
    title: 'Téléphone d’un autre pays',
    sentence: ({ observed, threshold }) =>
      `Le numéro de téléphone est de ${observed}, mais la commande ou son opérateur est de ${threshold}.`,
  },
  NEAR_THRESHOLD: {
    title: 'Juste sous le seuil de contrôle',
    sentence: ({ observed, threshold }) =>
      `Le montant, ${amountIn(observed, 'fr')}, est juste sous le seuil de contrôle de ${amountIn(threshold, 'fr')}.`,
  },
  BURST: {
    title: 'Afflux de commandes',
    sentence: ({ observed, threshold }, window) =>
      `${observed} commandes de cette boutique sont venues en ${window} ; la limite est ${threshold}.`,
  },
};

const WORDS: Record<ReaderLanguage, Record<RiskSignalName, RiskWords>> = { en: EN, 'zh-CN': ZH, fr: FR };

type Counted = (count: number) => string;
const withPlural =
  (word: string): Counted =>
  (count) =>
    `${count} ${word}${count === 1 ? '' : 's'}`;
const withBlanks =
  (word: string): Counted =>
  (count) =>
    ` ${count} ${word}`;

const UNITS: readonly ({ readonly millis: number } & Readonly<Record<ReaderLanguage, Counted>>)[] = [
  { millis: 86_400_000, en: withPlural('day'), 'zh-CN': withBlanks('天'), fr: withPlural('jour') },
  { millis: 3_600_000, en: withPlural('hour'), 'zh-CN': withBlanks('小时'), fr: withPlural('heure') },
  { millis: 60_000, en: withPlural('minute'), 'zh-CN': withBlanks('分钟'), fr: withPlural('minute') },
  { millis: 1_000, en: withPlural('second'), 'zh-CN': withBlanks('秒'), fr: withPlural('seconde') },
];

export function riskTitle(signal: RiskSignalName, language: ReaderLanguage): string {
  return WORDS[language][signal].title;
}

export function riskSentence(signal: RiskSignal, language: ReaderLanguage): string {
  const window = signal.window === null ? '' : windowText(signal.window, language);
  return WORDS[language][signal.signal].sentence(signal, window);
}

/** `PT90M` in the largest unit that divides it: 90 minutes. */
function windowText(window: string, language: ReaderLanguage): string {
  const millis = parseDuration(window)!;
  const unit = UNITS.find((one) => millis >= one.millis && millis % one.millis === 0);
  if (unit === undefined) return window;
  return unit[language](millis / unit.millis);
}

/** `4950.00 KES` as the language writes it; what is not an amount stays. */
function amountIn(text: string, language: ReaderLanguage): string {
  const [, amount, currency] = /^(\d+(?:\.\d+)?) ([A-Z]{3})$/.exec(text) ?? [];
  return amount === undefined ? text : amountText(amount, currency!, language);
}
