// What the service says of rejected rows, in Chinese: what it expected and what it found. It says it in English, and
// rejects that are stored already have no other form, so each text is known here by its English one. `{}` stands for
// what differs from row to row; `{1}` is the first of these.

const SAID: readonly (readonly [english: string, chinese: string])[] = [
  ['nothing', '没有内容'],
  ['none', '没有'],
  ['a value', '有内容'],
  ['a value, and no error of a formula', '内容，而不是公式的错误'],
  ['at most {} printable characters', '至多 {1} 个可见字符'],
  [
    '{} to {} printable characters, no leading ? or !, not . or ..',
    '{1} 至 {2} 个可见字符，不以 ? 或 ! 开头，也不是 . 或 ..',
  ],
  ['a reference, or an id of the payment', '参考号，或付款的任一编号'],
  ['a reference that begins with {}', '以 {1} 开头的参考号'],
  ['a reference that is not reserved for another merchant', '没有为其他商户保留的参考号'],
  ['a reference without an order of another merchant', '没有其他商户订单的参考号'],
  ['the reference of the order', '订单的参考号'],
  ['the reference of the whole order, not of this part', '整单的参考号，而不是这一部分的'],
  ['a whole order that is no part of another', '整单，而不是另一订单的一部分'],
  ['a whole order of a merchant of the account', '该账户商户的整单'],
  ['a merchant of the account', '该账户的商户'],
  ['no whole for an order that has parts', '已有部分的订单不能再属于另一整单'],
  ['{} itself', '{1} 本身'],
  ['{}, itself a part', '{1}，它本身是一部分'],
  ['parts of {}', '{1} 的部分'],
  ['the id of the payout', '出款的编号'],
  ['the id as its source wrote it', '来源所写的原编号'],
  ['one of {}', '其中之一：{1}'],
  ['a time', '时间'],
  ['a time from the year {} to {}', '{1} 至 {2} 年之间的时间'],
  ['a real time', '真实的时间'],
  ['a real time with an offset', '真实的时间，并写明与 UTC 的时差'],
  ['a real time as {}, or as ISO 8601', '真实的时间，写作 {1}，或按 ISO 8601'],
  ['an offset, or the `zone` of the file in its mapping', '与 UTC 的时差，或在映射中写明文件的 `zone`'],
  ['an offset, since this time came twice: clocks were set back in {}', '与 UTC 的时差：{1} 拨回时钟，此刻出现过两次'],
  ['an offset, since this time never came: clocks were set forward in {}', '与 UTC 的时差：{1} 拨快时钟，没有此刻'],
  ['a date', '日期'],
  ['a date from the year {} to {}', '{1} 至 {2} 年之间的日期'],
  ['a real date', '真实的日期'],
  ['a real date as {}, or as ISO 8601', '真实的日期，写作 {1}，或按 ISO 8601'],
  ['a currency', '币种'],
  ['an ISO 4217 code', 'ISO 4217 币种代码'],
  ['an amount', '金额'],
  ['an amount in the currency of the row', '该行币种的金额'],
  ['an amount in {}', '{1} 金额'],
  ['an amount above zero', '大于零的金额'],
  ['a rate above zero', '大于零的汇率'],
  ['zero or more', '零或大于零'],
  ['zero or more in a line of type {}', '{1} 类的行，金额为零或大于零'],
  ['zero or less in a line of type {}, or the type {}', '{1} 类的行，金额为零或小于零；否则应为 {2} 类'],
  ['zero or less, as `signs` of the mapping says of fees', '零或小于零，如映射的 `signs` 对手续费所写'],
  ['zero or more, as `signs` of the mapping says of returns', '零或大于零，如映射的 `signs` 对退回所写'],
  ['a plain decimal', '普通小数，没有千分位、指数与空格'],
  ['a number as the mapping writes them', '映射所写格式的数字'],
  ['a whole number, as `unit` of the mapping says', '整数，如映射的 `unit` 所写'],
  ['a pattern that takes a number with all its figures', '能取到数字全部位数的式样'],
  ['at most {} decimals in {}', '{2} 至多 {1} 位小数'],
  ['at most 2^63 - 1 minor units', '至多 2^63 − 1 个最小货币单位'],
  ['no decimals, or a mapping', '没有小数，或由映射写明'],
  ['{} decimals, or a mapping', '{1} 位小数，或由映射写明'],
  ['{} cells', '{1} 格'],
  ['a row', '一行数据'],
  ['the header', '表头'],
  ['a row of the table, or `footer` in a mapping', '表中的一行，或在映射中写明 `footer`'],
  ['no row after the one that ends the table', '表末行之后不再有行'],
  ['what may be a row of totals, {}', '可能是合计行：{1}'],
  ['a closing quote in the same record', '同一条记录内闭合的引号'],
  ['a camt.053 statement', 'camt.053 对账单'],
  ['a whole JSON document', '完整的 JSON 文档'],
  ['one JSON object', '一个 JSON 对象'],
  ['an object', '一个 JSON 对象'],
  ['a list', 'JSON 列表'],
  ['an array', 'JSON 列表'],
  ['null', 'null'],
  ['a text or a plain number', '文本或普通数字'],
  ['texts and numbers where the mapping looks for them', '映射所取之处为文本或数字'],
  ['the name {} twice in one object', '同一对象中名称 {1} 出现两次'],
  ['Unicode text', 'Unicode 文本'],
  ['half a character', '半个字符'],
  ['UTF-8 text', 'UTF-8 文本'],
  ['other bytes', '其他字节'],
  ['at most {} bytes', '至多 {1} 字节'],
  ['a longer line', '更长的行'],
  ['shorter texts', '较短的文本'],
  ['a longer row', '更长的行'],
  ['a line end after the last row', '最后一行之后的换行'],
  ['a row without one', '没有换行的一行'],
  ['a whole last row', '完整的最后一行'],
  ['one that is cut off', '被截断的一行'],
  ['a whole file', '完整的文件'],
  ['a part of it', '其中一部分'],
  ['{} {} in all, as line {} says', '{1} 合计 {2}，如第 {3} 行所写'],
  ['rows={}', '{1} 行'],
];

interface Known {
  readonly pattern: RegExp;
  readonly chinese: string;
}

/** The longest first: what is said more exactly is not taken for the general form. */
const KNOWN: readonly Known[] = SAID.toSorted(([one], [other]) => other.length - one.length).map(
  ([english, chinese]) => {
    const parts = english.split('{}').map((part) => part.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
    return { pattern: new RegExp(`^${parts.join('(.+)')}$`, 's'), chinese };
  },
);

/** Undefined for what has no words here. */
export function saidInChinese(english: string): string | undefined {
  for (const { pattern, chinese } of KNOWN) {
    const found = pattern.exec(english);
    if (found !== null) return chinese.replaceAll(/\{(\d)\}/g, (_, at: string) => found[Number(at)]!);
  }
  return undefined;
}
