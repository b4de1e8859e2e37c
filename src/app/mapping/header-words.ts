// What the names of columns mean, in the languages of the files that people bring: English, French, Portuguese, Chinese
// and Swahili, and the names that interfaces use. Names are compared without accents, case and punctuation.

/** What a column is about. Fields of several kinds of file share one. */
export type Concept =
  | 'reference'
  | 'order-number'
  | 'transaction'
  | 'operator-id'
  | 'request'
  | 'original'
  | 'amount'
  | 'amount-in'
  | 'amount-out'
  | 'fee'
  | 'currency'
  | 'settled'
  | 'placed'
  | 'changed'
  | 'expires'
  | 'time'
  | 'status'
  | 'type'
  | 'event'
  | 'merchant'
  | 'payout'
  | 'report'
  | 'phone'
  | 'country'
  | 'operator'
  | 'bank-account'
  | 'bank-reference'
  | 'narration'
  | 'balance'
  | 'net';

/** The names of a concept, in groups: those of an earlier group mean it more surely than those of a later one. */
export const HEADER_WORDS: Readonly<Record<Concept, readonly (readonly string[])[]>> = {
  reference: [
    ['transaction reference', 'merchant reference', 'order reference', 'order id', 'order ref', 'tx ref', 'a c no'],
    [
      'external id',
      'reference number',
      'reference',
      'ref',
      'reference no',
      'bill ref number',
      'account reference',
      'payment reference',
    ],
    ['commande', 'numero de commande', 'n commande', 'reference commande', 'pedido', 'numero do pedido', 'referencia'],
    ['订单号', '商户订单号', '订单编号', '订单', '商家订单号', '参考号', '外部订单号'],
    ['kumbukumbu', 'namba ya kumbukumbu', 'namba ya oda', 'oda', 'agizo', 'namba ya agizo'],
    ['order', 'invoice', 'invoice number', 'facture', 'account no', 'account number'],
  ],
  'order-number': [['order number', 'order no', 'numero de commande', 'numero do pedido', '订单编号']],
  transaction: [
    [
      'transaction id',
      'financial transaction id',
      'transaction number',
      'transaction no',
      'txn id',
      'trans id',
      'payment id',
      'receipt no',
    ],
    [
      'id transaction',
      'id de transaction',
      'numero de transaction',
      'id da transacao',
      '交易号',
      '交易流水号',
      '流水号',
    ],
    [
      'namba ya muamala',
      'muamala',
      'risiti',
      'namba ya risiti',
      '支付流水号',
      '平台交易号',
      'receipt',
      'receipt number',
    ],
    ['txn', 'transaction', 'id', 'txid', 'gateway reference', 'flw ref', '交易编号'],
  ],
  'operator-id': [
    ['operator transaction id', 'operator id', 'operator reference', 'remote transaction id', '运营商流水号'],
  ],
  request: [['request id', 'checkout request id', 'merchant request id']],
  original: [
    ['original transaction id', 'linked transaction id', 'related transaction id', 'parent id', '原交易号', '原流水号'],
  ],
  amount: [
    [
      'amount received',
      'amount paid',
      'gross amount',
      'gross',
      'charged amount',
      'montant brut',
      'valor bruto',
      '实收金额',
    ],
    ['amount', 'total', 'montant', 'valor', 'quantia', '金额', '订单金额', '交易金额', '支付金额', '收款金额', 'kiasi'],
    [
      'montant ttc',
      'montant total',
      'order total',
      'total amount',
      'total price',
      'trans amount',
      '总金额',
      'jumla ya kiasi',
    ],
    ['betrag', 'paid', 'price', 'amt', 'sum', 'value'],
  ],
  'amount-in': [
    [
      'paid in',
      'money in',
      'credit',
      'credit amount',
      'deposit',
      'credits',
      'entrada',
      'credito',
      '收入',
      'iliyoingia',
    ],
  ],
  'amount-out': [
    ['withdrawn', 'money out', 'debit', 'debit amount', 'withdrawal', 'debits', 'saida', 'debito', '支出', 'iliyotoka'],
  ],
  fee: [
    [
      'fee deduction',
      'fee',
      'fees',
      'charge',
      'charges',
      'commission',
      'frais',
      'taxa',
      'tarifa',
      'comissao',
      '手续费',
    ],
    ['app fee', 'transaction fee', 'service charge', 'fee amount', '服务费', '费用', 'ada', 'makato'],
  ],
  net: [
    [
      'net',
      'net amount',
      'amount due to merchant',
      'settlement amount',
      'amount settled',
      'montant net',
      '净额',
      '实际到账',
    ],
  ],
  currency: [['currency', 'devise', 'moeda', '币种', '货币', 'sarafu', 'currency code', 'monnaie', 'send currency']],
  settled: [
    ['settlement date', 'date de reglement', 'data de liquidacao', '结算日期', '清算日期', 'tarehe ya malipo'],
    ['payout date', 'value date', 'date de valeur', 'data valor', 'paid out', '到账日期', '入账日期', '起息日'],
  ],
  placed: [
    [
      'placed at',
      'order date',
      'created at',
      'date created',
      'date de commande',
      'data do pedido',
      '下单时间',
      '创建时间',
    ],
    ['order time', '订单时间', '订单创建时间', 'tarehe ya oda', 'date created gmt'],
  ],
  changed: [['updated at', 'last modified', 'date modified', 'modified at', '更新时间']],
  expires: [['expires at', 'expiry date', 'valid until', '过期时间']],
  time: [
    ['completion time', 'completed at', 'paid at', 'transaction date', 'payment date', 'transaction time', '支付时间'],
    [
      'date',
      'time',
      'datetime',
      'day',
      'data',
      'datestamp',
      '日期',
      '时间',
      '交易时间',
      '交易日期',
      'tarehe',
      'timestamp',
    ],
    ['date operation', 'date de transaction', 'date d operation', 'data da transacao', 'muda', 'trans time', 'saa'],
  ],
  status: [
    ['status', 'transaction status', 'financial status', 'order status', 'payment status', 'statut', 'etat', 'estado'],
    ['situacao', '状态', '订单状态', '支付状态', '交易状态', 'hali'],
  ],
  type: [
    ['type', 'transaction type', 'line type', 'reason type', 'type d operation', 'tipo', '类型', '交易类型', 'aina'],
    ['nature', 'category', 'categorie', '业务类型', '收支类型'],
  ],
  event: [['event', 'event type', 'evenement', 'evento', '事件']],
  merchant: [
    ['merchant', 'shop', 'store', 'seller', 'boutique', 'magasin', 'loja', '商户', '店铺', '门店', '商家', 'duka'],
    ['merchant name', 'store name', 'shop name', '店铺名称', '商户名称'],
  ],
  payout: [
    ['payout id', 'payout', 'settlement id', 'batch', 'batch id', 'disburse ref', '结算单号', '批次号', '打款批次'],
  ],
  report: [['report id']],
  phone: [
    ['msisdn', 'phone', 'phone number', 'mobile', 'telephone', 'telefone', '手机号', '电话', '手机号码', 'simu'],
    ['billing phone', 'customer phone', 'namba ya simu', 'payer phone'],
  ],
  country: [['country', 'country code', 'pays', '国家', 'nchi', 'billing country']],
  operator: [['operator', 'network', 'operateur', 'operadora', '运营商', 'mtandao', 'payment method']],
  'bank-account': [
    ['account', 'account number', 'iban', 'compte', 'numero de compte', 'conta', '账号', '账户', 'akaunti', '银行账号'],
  ],
  'bank-reference': [
    [
      'bank reference',
      'reference',
      'transaction reference',
      'reference number',
      'ref',
      'cheque number',
      '银行流水号',
      '交易流水号',
    ],
    ['transaction id', 'numero de reference', 'referencia', 'kumbukumbu'],
  ],
  narration: [
    [
      'narration',
      'description',
      'details',
      'particulars',
      'remarks',
      'libelle',
      'descricao',
      '摘要',
      '附言',
      '备注',
      'maelezo',
    ],
  ],
  balance: [['balance', 'running balance', 'solde', 'saldo', '余额', 'salio']],
};

/** A name without what people write in different ways: accents, case, punctuation; `paidAt` is `paid at`. */
export function plainName(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/\([^)]*\)/g, ' ')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const RANKS: ReadonlyMap<Concept, ReadonlyMap<string, number>> = new Map(
  (Object.entries(HEADER_WORDS) as [Concept, readonly (readonly string[])[]][]).map(([concept, groups]) => [
    concept,
    new Map(groups.toReversed().flatMap((names, at) => names.map((name) => [name, groups.length - 1 - at] as const))),
  ]),
);

/** How surely a plain name means a concept: 0 for best; undefined where it does not. */
export function rankOf(plain: string, concept: Concept): number | undefined {
  const rank = RANKS.get(concept)!.get(plain);
  // Networks put their own name before it.
  return rank === undefined && concept === 'fee' && / fees?$/.test(plain) ? HEADER_WORDS.fee.length : rank;
}
