// What `hesabu demo --live` prints: progress hour by hour, what happened to the shop, and whether the ledger is right.

import { join, resolve } from 'node:path';
import pino from 'pino';
import { localTime } from '../../app/reports/local-time.ts';
import { grouped, paint, tableText } from '../../app/reports/table.ts';
import { HesabuError } from '../../domain/errors.ts';
import type { Language } from '../../domain/reason-words.ts';
import { makeLogger } from '../../service/service.ts';
import { parseFaults } from '../../simulation/gateway/faults.ts';
import { type LiveDemoResult, type LiveDemoState, runSimulation } from '../../simulation/live-demo/live-demo.ts';
import { LIVE_NETWORKS, ONE_GATEWAY } from '../../simulation/live-demo/networks.ts';
import { prepareDemo } from '../../simulation/marketplace/demo-directory.ts';
import { wholeNumber } from '../terminal/whole-number.ts';

export interface RunLiveDemoOptions {
  readonly seed: string;
  readonly dir: string;
  readonly faults: string;
  readonly orders: string;
  readonly speed: string;
  readonly networks?: boolean;
  readonly format: 'text' | 'json';
  readonly lang: Language;
}

const ZONE = 'Africa/Nairobi';
/** At a higher speed one call takes hours of the demo's time, and deadlines are missed. */
const SPEED_MAX = 10_000;
const ORDERS_MAX = 2_000;
const MINUTE_MILLIS = 60_000;

/** Throws HESABU_DEMO_DIFFERS if the ledger differs from what the gateway and the shop know. */
export async function runLiveDemo(options: RunLiveDemoOptions): Promise<number> {
  const { dir, format, lang } = options;
  const seed = wholeNumber('--seed', options.seed, 0);
  const orders = wholeNumber('--orders', options.orders, 1, ORDERS_MAX);
  const speed = wholeNumber('--speed', options.speed, 1, SPEED_MAX);
  const faults = parseFaults(options.faults);
  const words = LIVE_WORDS[lang];
  const printText = (text: string) => {
    if (format === 'text') process.stdout.write(`${text}\n`);
  };
  const place = resolve(dir);
  prepareDemo(place);
  const log = join(place, 'serve.log');
  const networks = options.networks === true ? LIVE_NETWORKS : [ONE_GATEWAY];
  const title = words.title(
    networks.map(({ personality }) => personality.title),
    seed,
    grouped(orders),
    grouped(speed),
  );
  printText(paint(['bold', 'underline'], title, process.stdout));
  const logger = makeLogger('warn', pino.destination(log));
  const onProgress = (state: LiveDemoState) => printText(progressLine(state, lang));
  const result = await runSimulation({ seed, faults, orders, speed, networks, dir: place, logger, onProgress });
  printText(`\n${resultText(result, lang)}`);
  printText(`\n${outcomeText(result, lang)}`);
  if (networks.length > 1) printText(`\n${networkText(result, lang)}`);
  if (format === 'json') {
    const { ledger, ...rest } = result;
    process.stdout.write(`${JSON.stringify({ seed, faults: [...faults], log, books: ledger, ...rest })}\n`);
  }
  printText(`\n${paint('bold', words.next, process.stdout)}\n${nextSteps(result, log, words.log)}\n`);
  if (result.differences.length > 0) {
    throw new HesabuError('HESABU_DEMO_DIFFERS', {
      where: `seed ${seed}`,
      found: `${result.differences.length} of ${result.truths}, first ${result.differences[0]}`,
    });
  }
  printText(paint('green', words.agrees(grouped(result.shop.orders), grouped(result.shop.parts)), process.stdout));
  return 0;
}

function progressLine({ now, shop, sandbox, breaks, alerts }: LiveDemoState, lang: Language): string {
  const words = LIVE_WORDS[lang];
  const { sent, forged } = sandbox.deliveries;
  const { fine, ...failed } = sandbox.calls;
  const calls = Object.values(failed).reduce((sum, count) => sum + count, fine);
  const line = words.progress(localTime(now - (now % MINUTE_MILLIS), ZONE), {
    orders: grouped(shop.orders).padStart(5),
    payments: grouped(shop.payments).padStart(5),
    webhooks: grouped(sent).padStart(5),
    forged: grouped(forged).padStart(3),
    calls: grouped(calls).padStart(5),
    failed: grouped(calls - fine).padStart(4),
    breaks: grouped(breaks).padStart(3),
  });
  return alerts.length === 0 ? line : `${line}  ${paint('yellow', alerts.join(', '), process.stdout)}`;
}

function resultText({ shop, sandbox, breaks, notices, differences }: LiveDemoResult, lang: Language): string {
  const words = LIVE_WORDS[lang];
  const { deliveries, calls } = sandbox;
  const sentCounts = Object.entries(notices)
    .sort()
    .map(([type, count]) => `${type} ${grouped(count)}`);
  const rows = [
    [words.shop, words.ofShop(shop.orders, shop.parts, shop.payments, shop.cancelled, shop.refunds)],
    [words.webhooks, words.ofWebhooks(deliveries.sent, deliveries.acknowledged, deliveries.refused, deliveries.forged)],
    [words.calls, words.ofCalls(calls.fine, calls.limited, calls.errors, calls.slow, calls.cut)],
    [words.notices, sentCounts.join(', ')],
    [words.breaks, grouped(breaks)],
    ...differences.map((difference) => [paint('red', words.difference, process.stdout), difference]),
  ];
  return tableText([{ title: '' }, { title: '' }], rows).trimStart();
}

/** What really happened, and how often the ledger says the same. */
function outcomeText({ outcomes }: LiveDemoResult, lang: Language): string {
  const words = LIVE_WORDS[lang];
  const rows = outcomes.map(({ outcome, expected, count, agreeing }) => {
    const shown = agreeing === count ? grouped(agreeing) : paint('red', grouped(agreeing), process.stdout);
    return [words.happened[outcome as keyof typeof words.happened] ?? outcome, expected, grouped(count), shown];
  });
  return tableText(
    words.outcomes.map((title, at) => ({ title, align: at < 2 ? ('left' as const) : ('right' as const) })),
    rows,
  );
}

function networkText({ networks }: LiveDemoResult, lang: Language): string {
  const head = LIVE_WORDS[lang].networks;
  const rows = networks.map(({ name, orders, parts, payments, deliveries, calls, matched, breaks, differences }) => {
    const { fine, ...failed } = calls;
    const unanswered = Object.values(failed).reduce((sum, count) => sum + count, 0);
    const { sent, forged } = deliveries;
    const counts = [orders, parts, payments, sent, forged, fine, unanswered, matched, breaks, differences];
    return [name, ...counts.map((count) => grouped(count))];
  });
  return tableText(
    head.map((title, at) => ({ title, align: at === 0 ? ('left' as const) : ('right' as const) })),
    rows,
  );
}

function nextSteps({ ledger, config }: LiveDemoResult, log: string, logWord: string): string {
  return [
    `  npm run hesabu -- report --data "${ledger}" --out report-live`,
    `  npm run hesabu -- verify --data "${ledger}"`,
    `  npm run hesabu -- exchanges --data "${ledger}"`,
    `  npm run hesabu -- doctor --config "${config}"`,
    `  ${logWord} ${log}`,
  ].join('\n');
}

interface Progress {
  readonly orders: string;
  readonly payments: string;
  readonly webhooks: string;
  readonly forged: string;
  readonly calls: string;
  readonly failed: string;
  readonly breaks: string;
}

const LIVE_WORDS = {
  en: {
    title: (names: readonly string[], seed: number, orders: string, speed: string) => {
      const gateways = names.length === 1 ? 'a gateway with every fault' : `${names.join(', ')} with every fault`;
      const how = `${orders} orders, seed ${seed}, ${speed} times real time`;
      return `A shop, ${gateways}, and the service between them: ${how}`;
    },
    progress: (time: string, at: Progress) =>
      `${time}  orders ${at.orders}  payments ${at.payments}  webhooks ${at.webhooks} (${at.forged} forged)  ` +
      `calls ${at.calls} (${at.failed} failed)  open breaks ${at.breaks}`,
    shop: 'The shop',
    ofShop: (orders: number, parts: number, payments: number, cancelled: number, refunds: number) =>
      `${orders} orders${parts === 0 ? '' : ` and ${parts} parts of several merchants`}, ` +
      `${payments} payments started, ${cancelled} cancelled, ${refunds} refunds requested`,
    webhooks: 'Webhooks',
    ofWebhooks: (sent: number, accepted: number, refused: number, forged: number) =>
      `${sent} sent, ${accepted} acknowledged, ${refused} to be sent again, ${forged} forged and rejected`,
    calls: 'Calls to the gateway',
    ofCalls: (fine: number, limited: number, errors: number, slow: number, cut: number) =>
      `${fine} answered, ${limited} rate-limited, ${errors} failed, ${slow} timed out, ${cut} cut off`,
    notices: 'Messages to the shop',
    networks: [
      ...['network', 'orders', 'parts', 'payments', 'webhooks', 'forged', 'calls', 'failed', 'matched', 'breaks'],
      'differences',
    ],
    outcomes: ['what really happened', 'the ledger must say', 'orders', 'it says so'],
    happened: {
      paid: 'paid',
      hours: 'paid after hours',
      unclear: 'unknown for hours, then paid',
      twice: 'paid twice',
      refunded: 'paid, given back by the network',
      reversed: 'paid, reversed by the network',
      failed: 'the payment failed',
      abandoned: 'the payer did nothing',
      part: 'a part of an order: as the whole',
      leaves: 'no payment was started',
      cancels: 'cancelled before anyone paid',
    },
    breaks: 'Open breaks',
    difference: 'Differs',
    next: 'Try next:',
    log: "The service's log:",
    agrees: (orders: string, parts: string) =>
      `The ledger agrees with what really happened to all ${orders} orders` +
      `${parts === '0' ? '' : ` and ${parts} parts`}.`,
  },
  'zh-CN': {
    title: (names: readonly string[], seed: number, orders: string, speed: string) => {
      const gateways = names.length === 1 ? '支付网关' : names.join('、');
      return `店铺、故障不断的${gateways}，以及居中的对账服务：${orders} 笔订单，种子 ${seed}，时间加速 ${speed} 倍`;
    },
    progress: (time: string, at: Progress) =>
      `${time}  订单 ${at.orders}  支付 ${at.payments}  回调 ${at.webhooks}（伪造 ${at.forged}）  ` +
      `调用 ${at.calls}（失败 ${at.failed}）  未结差异 ${at.breaks}`,
    shop: '店铺',
    ofShop: (orders: number, parts: number, payments: number, cancelled: number, refunds: number) =>
      `订单 ${orders} 笔${parts === 0 ? '' : `（多商户子订单 ${parts} 笔）`}，` +
      `发起支付 ${payments} 笔，取消 ${cancelled} 笔，申请退款 ${refunds} 笔`,
    webhooks: '回调',
    ofWebhooks: (sent: number, accepted: number, refused: number, forged: number) =>
      `发送 ${sent} 次，确认 ${accepted} 次，待重发 ${refused} 次，伪造并被拒 ${forged} 次`,
    calls: '对网关的调用',
    ofCalls: (fine: number, limited: number, errors: number, slow: number, cut: number) =>
      `成功 ${fine} 次，限流 ${limited} 次，出错 ${errors} 次，超时 ${slow} 次，中断 ${cut} 次`,
    notices: '发给店铺的消息',
    networks: ['网络', '订单', '子订单', '支付', '回调', '伪造', '调用', '失败调用', '已匹配', '差异', '不一致'],
    outcomes: ['真实情况', '账本应得出', '订单', '一致'],
    happened: {
      paid: '已支付',
      hours: '数小时后支付',
      unclear: '数小时状态不明，随后支付',
      twice: '重复支付',
      refunded: '已支付，网络退款',
      reversed: '已支付，网络冲正',
      failed: '支付失败',
      abandoned: '付款人未操作',
      part: '子订单：与整单一致',
      leaves: '未发起支付',
      cancels: '支付前取消',
    },
    breaks: '未结差异',
    difference: '不一致',
    next: '接下来可以试试：',
    log: '服务日志：',
    agrees: (orders: string, parts: string) =>
      `账本与全部 ${orders} 笔订单${parts === '0' ? '' : `及 ${parts} 笔子订单`}的真实情况一致。`,
  },
} as const;
