// Settlement reports in the formats of a gateway.

export interface Line {
  readonly reference: string;
  readonly amount?: string;
  readonly lineId?: string;
}

const HEADER =
  'transaction_reference,transaction_id,type,amount_received,currency,fee_deduction,settlement_date,line_id';

export function csv(date: string, lines: readonly Line[]): Buffer {
  const rows = lines.map(
    ({ reference, amount = '100.00', lineId = '' }) =>
      `${reference},P-${reference},payment,${amount},KES,1.50,${date},${lineId}`,
  );
  return Buffer.from(`${[HEADER, ...rows].join('\n')}\n`);
}

export function json(date: string, lines: readonly Line[]): Buffer {
  const rows = lines.map(({ reference, amount = '100.00', lineId }) => {
    const ids = `"transaction_reference":"${reference}","transaction_id":"P-${reference}"`;
    const id = lineId === undefined ? '' : `,"line_id":"${lineId}"`;
    // Amounts as numbers, which a careless reader would parse as floats.
    return `{"type":"payment","currency":"KES","fee_deduction":1.50,"amount_received":${amount},${ids}${id}}`;
  });
  return Buffer.from(`{"report_id":"R-${date}","settlement_date":"${date}","lines":[${rows.join(',')}]}`);
}
