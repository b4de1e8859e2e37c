// What the words in cells mean, in the languages of the files that people bring: types of lines, statuses of orders,
// what became of a payment. Words with two meanings in use, such as `charge`, are not here: a person decides.

import type { LineType, OrderStatus } from '../../domain/fact.ts';

type Meanings = ReadonlyMap<string, string>;

function meanings<Meaning extends string>(words: Readonly<Partial<Record<Meaning, string>>>): Meanings {
  return new Map(
    Object.entries<string | undefined>(words).flatMap(([meaning, list]) =>
      (list ?? '').split('|').map((word) => [plainWord(word), meaning] as const),
    ),
  );
}

/** A word without case, accents and the marks between its parts. */
export function plainWord(word: string): string {
  return word
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .trim();
}

export const LINE_TYPES: Meanings = meanings<LineType>({
  payment:
    'payment|credit|sale|collection|purchase|pay bill online|pay merchant|customer buy goods online|encaissement|' +
    'paiement|vente|pagamento|venda|支付|收款|交易|消费|收入|malipo',
  refund: 'refund|remboursement|reembolso|退款|rejesho',
  reversal: 'reversal|reversed|annulation|estorno|冲正|撤销',
  chargeback: 'chargeback|dispute|拒付|impaye',
  fee: 'fee|commission|frais|tarifa|taxa|手续费|服务费|business pay bill charge|ada|makato',
  tax: 'tax|vat|tva|imposto|税|税费|kodi',
  payout: 'payout|settlement|withdrawal|withdraw funds to bank|versement|virement|提现|打款|结算|kutoa',
  adjustment: 'adjustment|ajustement|ajuste|调整|调账',
  reserve: 'reserve|hold|冻结|保证金',
  release: 'release|reserve release|解冻',
  transfer: 'transfer|transfert|transferencia|转账|uhamisho',
});

export const ORDER_STATUSES: Meanings = meanings<OrderStatus>({
  awaiting_payment:
    'awaiting payment|pending|unpaid|on hold|pending payment|authorized|en attente|non paye|pendente|待支付|待付款|' +
    '未支付|未付款|inasubiri|failed',
  paid: 'paid|processing|paye|pago|已支付|已付款|待发货|imelipwa|partially refunded|refunded',
  fulfilled:
    'fulfilled|completed|complete|shipped|delivered|livre|termine|concluido|entregue|已完成|已发货|已签收|imekamilika',
  cancelled: 'cancelled|canceled|voided|expired|annule|cancelado|已取消|已关闭|交易关闭|imefutwa',
});

/** What a status beside lines of a report says: whether the money moved. */
export const MOVED: Meanings = meanings<'yes' | 'no'>({
  yes:
    'completed|complete|success|successful|succeeded|paid|settled|approved|processed|reussi|effectue|concluido|成功|' +
    '已完成|已结算|交易成功|imekamilika|imefanikiwa',
  no:
    'failed|failure|declined|cancelled|canceled|pending|expired|rejected|in progress|echoue|annule|en attente|falhou|' +
    '失败|已取消|处理中|交易失败|imeshindwa|inasubiri',
});

export const EVENTS: Meanings = meanings<string>({
  'payment.success': 'success|successful|succeeded|completed|paid|成功|已支付|imekamilika|reussi',
  'payment.failed': 'failed|failure|declined|失败|imeshindwa|echoue',
  'payment.pending': 'pending|processing|处理中|inasubiri|en attente',
  'refund.success': 'refunded|refund|退款',
});

/** A row that only adds up begins so. */
export const FOOTERS: ReadonlySet<string> = new Set(
  'total|totals|grand total|sub total|subtotal|sum|totaux|total general|total geral|合计|总计|小计|jumla|jumla kuu'
    .split('|')
    .map(plainWord),
);
