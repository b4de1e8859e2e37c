// The words of refunds that people propose, in Chinese.

export const REFUND_WORDS_ZH = {
  refund: {
    amount: '退款金额',
    most: (amount: string) => `至多 ${amount}`,
    fault: (amount: string) => `请填写大于零、至多 ${amount} 的金额，小数位不超过币种的位数。`,
    follows: (name: string) => `提议生效后（需要复核的，待第二人批准后），款项即经 ${name} 退回客户；发出后不能撤回。`,
    onApproval: (amount: string, name: string) => `您批准后，${amount} 即经 ${name} 退回客户；发出后不能撤回。`,
    made: '提议已生效，正在请求网关退款。',
    approved: (key: string) => `${key} 的退款已批准，正在请求网关。`,
    states: {
      waiting: '退款尚未发出',
      held: '退款待另一人批准：加上此前已退的金额，已达门槛',
      asked: '正在请求网关退款',
      unclear: '已请求网关，结果不明：请勿另行退款，先到网关核对',
      sent: '网关已受理退款，等待退款凭证',
      failed: '退款未发出',
      stopped: '退款未发出：已驳回，或证据已变',
    },
    signs: {
      ...{ waiting: '退款未发', sent: '退款已发', succeeded: '已退还', failed: '退款失败', unclear: '退款不明' },
    },
    none: '无退款',
    ends: { returned_to_customer: '已退还客户' },
    unknown: '提议不是由本服务受理的，不会由此发出退款：请到网关核对',
    codes: {
      HESABU_GATEWAY_REFUSED: '网关拒绝',
      HESABU_GATEWAY_FAILED: '网关没有明确答复',
      HESABU_AMOUNT_RANGE: '可退金额不足，或网关只退全额',
      HESABU_AMOUNT_PRECISION: '运营商不收这样的小数',
      HESABU_ORDER_CLOSED: '订单没有付款',
      HESABU_NOT_FOUND: '找不到订单或账户',
      HESABU_PROVIDER_CANNOT: '该网络不能退款',
      HESABU_APPROVAL_DECIDED: '没有获得批准',
      HESABU_PERSON_MISSING: '不知道提议人是谁',
    },
    refused: {
      HESABU_APPROVAL_DECIDED: '这笔退款已请求网关，不能撤回或驳回。',
      HESABU_AMOUNT_RANGE:
        '可退的金额已不足（另行退回的也计入）：请查看此前的退款。因货品退的款请经 API 直接发出，不走差错单。',
      HESABU_PROVIDER_CANNOT: '该网络不能经网关退款。',
    },
  },
};
