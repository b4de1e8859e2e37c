// The text of each alert and what to do about it, in each language, with `{about}`, `{value}` and `{threshold}`.

import { numberText } from '../../domain/number-text.ts';
import { LANGUAGES, type Language } from '../../domain/reason-words.ts';
import type { AlertName } from './kinds.ts';
import { FRENCH_ALERTS } from './words-fr.ts';

interface AlertWords {
  readonly title: string;
  readonly todo: string;
}

const EN: Record<AlertName, AlertWords> = {
  unmatched_rate: {
    title: '{value} % of the transactions are unmatched; {threshold} % or more is far above the last two weeks.',
    todo: 'Open the breaks of today by reason: one reason at one provider usually stands out.',
  },
  unmatched_value: {
    title: 'Breaks of {about} {value} are open; {about} {threshold} or more is far above the last two weeks.',
    todo: 'Start with the largest breaks of this currency, and check whether one payment or many make the sum.',
  },
  callback_silence: {
    title: 'No callback came from {about} for {value} minutes; this hour is not usually quiet.',
    todo: 'Check that the provider can reach the webhook URL, and look at its status page; polling continues.',
  },
  unsigned_callbacks: {
    title: '{value} payments at {about} are known from callbacks only that nobody signed, and no query confirmed them.',
    todo: 'Do not deliver on them. Ask the provider; if it knows nothing of them, somebody else sent the callbacks.',
  },
  polls_failing: {
    title: '{value} % of the polls of {about} failed within the last hour.',
    todo: "Check the account's API key and the provider's status page; payments are polled again later.",
  },
  settlement_missing: {
    title: 'The settlement report {about} is due but missing.',
    todo: 'Ask the provider for it. It is fetched when it appears; if you get it as a file, import it.',
  },
  events_lost: {
    title: 'Nobody can be asked any more what happened at {about} in {value} minutes while no webhook was received.',
    todo: "Get the provider's statement of this time, which the log names, and import it: it has the payments.",
  },
  ledger_damaged: {
    title: 'What is stored of the ledger is damaged: {about}. It is not what was written there.',
    todo: 'Run hesabu verify: it names all that is damaged. Keep the directory, and restore a backup elsewhere.',
  },
  statement_residual: {
    title:
      'Movements and what is left of {about} differ, which is a fault of the program. No day with it can be closed.',
    todo: 'Report it with what hesabu trace shows of the key. hesabu replay says whether the ledger itself is sound.',
  },
  facts_restored: {
    title: 'The log had lost {value} acknowledged facts at the last start; they were taken in again from the archive.',
    todo: 'Nothing of them is lost. Find out why: look at the disk, and whether a backup was put back.',
  },
  rate_limit_near: {
    title: 'Only {value} % of the rate limit of {about} is left.',
    todo: 'Ask the provider for a higher limit, or poll less often; callbacks are not affected.',
  },
  certificate_expiring: {
    title: 'The certificate of {about} expires in {value} days.',
    todo: 'If it is ours, renew it; if it is the provider’s, ask when they will renew it.',
  },
  certificate_expiring_soon: {
    title: 'The certificate of {about} expires in {value} days: calls will then fail.',
    todo: 'If it is ours, renew it today; if it is the provider’s, call them.',
  },
  certificate_unreadable: {
    title: 'The certificate of {about} cannot be read.',
    todo: 'Run hesabu doctor: it shows whether the name, the address or the connection is the cause.',
  },
  webhooks_forged: {
    title: '{value} forged or stale webhooks came for {about} within the last hour. All were rejected.',
    todo: 'Find their source in the archive. If the provider sends them, the secrets or the clocks differ.',
  },
  webhooks_unread: {
    title: '{value} authentic webhooks of {about} were not understood within the last day.',
    todo: 'Look at the unread webhooks; the provider may have added an event or a field.',
  },
  disk_nearly_full: {
    title: 'Only {value} % of the disk is free; without free space no callback can be accepted.',
    todo: 'Free some space or enlarge the disk.',
  },
  messages_dead: {
    title:
      '{value} messages to {about} were given up within the last day: the target did not accept them for three days.',
    todo: 'Repair the target, and cancel by hand the orders that it was not informed of.',
  },
  target_gone: {
    title: '{about} answered that it is gone (410) and gets no more messages.',
    todo: 'Correct its URL in the configuration, or remove it, and restart the service.',
  },
  ledger_ahead: {
    title: "The ledger's time is {value} seconds ahead of the clock: orders can expire before their time.",
    todo: 'Check the clock. If it is right, stop the service and run hesabu reopen --why TEXT.',
  },
  write_offs_together: {
    title: '{about}: write-offs of one person today come to {value}; from {threshold} on one needs a second person.',
    todo: 'Look at each of them with somebody else. A rejection by an approver takes one back.',
  },
  write_offs_below: {
    title: '{about}: {value} write-offs of one person today are just below the threshold.',
    todo: 'Ask why: a person who knows the threshold can stay below it.',
  },
  one_pair_approves: {
    title: '{about}: this maker and this checker have {value} % of the approvals of thirty days.',
    todo: 'Let others approve too, and look at some of what the two decided.',
  },
  clock_jumped: {
    title:
      "The machine's clock jumped by {value} seconds. Deadlines wait until it is right again or others confirm it.",
    todo: 'Set the clock. If it is right, start the service again with --clock-confirmed.',
  },
  ledger_behind: {
    title: 'The ledger is {value} seconds behind the facts.',
    todo: 'Look at the load of the machine and at the log for errors.',
  },
};

const ZH: Record<AlertName, AlertWords> = {
  unmatched_rate: {
    title: '{value}% 的交易未匹配；达到 {threshold}% 即远高于近两周水平。',
    todo: '按原因查看今天的差异：通常是某个支付服务商的某一种原因。',
  },
  unmatched_value: {
    title: '未处理差异金额为 {about} {value}；达到 {about} {threshold} 即远高于近两周水平。',
    todo: '从该币种金额最大的差异查起，看是单笔还是多笔造成。',
  },
  callback_silence: {
    title: '{about} 已 {value} 分钟没有回调；往日这个时段并不清静。',
    todo: '检查支付服务商能否访问回调地址，并查看其状态页；轮询照常进行。',
  },
  unsigned_callbacks: {
    title: '{about} 有 {value} 笔付款仅见于未签名的回调，查询未能证实。',
    todo: '请勿据此发货。向支付服务商核实；若对方没有记录，则回调系他人发送。',
  },
  polls_failing: {
    title: '最近一小时 {about} 有 {value}% 的轮询失败。',
    todo: '检查该账户的 API 密钥和支付服务商状态页；之后会再次轮询。',
  },
  settlement_missing: {
    title: '结算报表 {about} 应到未到。',
    todo: '向支付服务商索取；若以文件形式收到，请导入。报表一旦就绪会自动获取。',
  },
  events_lost: {
    title: '{about} 有 {value} 分钟未收到回调，且已无法向其补查。',
    todo: '请取得支付服务商该时段（见日志）的账单并导入，其中有这些付款。',
  },
  ledger_damaged: {
    title: '账本的存储已损坏：{about}。其内容与写入时不同。',
    todo: '运行 hesabu verify，它会列出所有损坏之处。请保留该目录，并在别处恢复备份。',
  },
  statement_residual: {
    title: '{about} 的资金变动与余额不符，属程序错误；含该笔的日期不能结账。',
    todo: '请附上 hesabu trace 对该笔的输出报告此错误。hesabu replay 可检查账本本身是否正确。',
  },
  facts_restored: {
    title: '上次启动时账本日志缺少 {value} 条已确认接收的事实，已从归档中重新接收。',
    todo: '这些内容没有丢失。请查明原因：检查磁盘，以及是否恢复过备份。',
  },
  rate_limit_near: {
    title: '{about} 的调用限额只剩 {value}%。',
    todo: '向支付服务商申请更高限额，或降低轮询频率；回调不受影响。',
  },
  certificate_expiring: {
    title: '{about} 的证书将在 {value} 天后到期。',
    todo: '若是自己的证书，请续期；若是支付服务商的，请询问其续期时间。',
  },
  certificate_expiring_soon: {
    title: '{about} 的证书将在 {value} 天后到期，届时调用会失败。',
    todo: '若是自己的证书，请今天续期；若是支付服务商的，请立即联系。',
  },
  certificate_unreadable: {
    title: '无法读取 {about} 的证书。',
    todo: '运行 hesabu doctor，它会指出是域名、地址还是连接的问题。',
  },
  webhooks_forged: {
    title: '最近一小时 {about} 收到 {value} 个伪造或过期的回调，均已拒收。',
    todo: '在存档中查看来源；若确由支付服务商发出，则密钥或时钟不一致。',
  },
  webhooks_unread: {
    title: '最近一天 {about} 有 {value} 个真实回调未能解析。',
    todo: '查看未能解析的回调；支付服务商可能新增了事件或字段。',
  },
  disk_nearly_full: {
    title: '磁盘只剩 {value}% 可用；空间用尽后将无法接收回调。',
    todo: '清理空间或扩容磁盘。',
  },
  messages_dead: {
    title: '最近一天有 {value} 条发往 {about} 的消息在三天内未被接收，已放弃。',
    todo: '修复接收方，并手工取消未能通知它的订单。',
  },
  target_gone: {
    title: '{about} 返回 410（已停用），不再向其发送消息。',
    todo: '在配置中修正或移除其地址，然后重启服务。',
  },
  ledger_ahead: {
    title: '账本时间比时钟超前 {value} 秒：订单可能提前过期。',
    todo: '请检查时钟。若时钟正确，请停止服务并运行 hesabu reopen --why 原因。',
  },
  write_offs_together: {
    title: '{about}：该人员今日核销合计 {value}；达到 {threshold} 的单笔核销须复核。',
    todo: '请与他人逐笔核对；复核人可驳回并撤销核销。',
  },
  write_offs_below: {
    title: '{about}：该人员今日有 {value} 笔核销金额略低于复核门槛。',
    todo: '请了解原因：知道门槛的人可以有意低于门槛。',
  },
  one_pair_approves: {
    title: '{about}：近三十天 {value}% 的复核由这一对经办与复核完成。',
    todo: '请安排其他人参与复核，并抽查二人的处理。',
  },
  clock_jumped: {
    title: '机器时钟跳变了 {value} 秒；在其恢复正确或得到他方确认之前，各项期限暂缓。',
    todo: '请校正时钟。若时钟本来正确，请以 --clock-confirmed 重新启动服务。',
  },
  ledger_behind: {
    title: '账本入账滞后 {value} 秒。',
    todo: '检查机器负载，并查看日志中的错误。',
  },
};

const WORDS: Record<Language, Record<AlertName, AlertWords>> = { en: EN, 'zh-CN': ZH };

export interface AlertValues {
  readonly about: string;
  readonly value: string;
  readonly threshold: string;
}

export type Texts = Readonly<Record<Language, string>>;

/** With its thousands apart: no log takes it for a telephone number then, and hides it. */
function inGroups(number: string): string {
  return number.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(?:\d{3})+$)/g, ','));
}

function filled(text: string, { about, ...numbers }: AlertValues, numberOf: (number: string) => string): string {
  const shown = { about, value: numberOf(numbers.value), threshold: numberOf(numbers.threshold) };
  return text.replace(/\{(\w+)\}/g, (_, name: string) => shown[name as keyof AlertValues]);
}

/** The text of an alert as notices have it, in French. */
export function alertInFrench(alert: AlertName, values: AlertValues): string {
  return filled(FRENCH_ALERTS[alert], values, (number) => numberText(number, 'fr'));
}

/** The text of an alert, and what to do about it. */
export function alertTexts(alert: AlertName, values: AlertValues): { readonly message: Texts; readonly next: Texts } {
  const texts = (part: keyof AlertWords) =>
    Object.fromEntries(
      LANGUAGES.map((language) => [language, filled(WORDS[language][alert][part], values, inGroups)]),
    ) as Texts;
  return { message: texts('title'), next: texts('todo') };
}
