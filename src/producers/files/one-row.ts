// Reads single rows, such as the body of a webhook or of a response, in the same way as the JSONL rows of a file.

import type { Fact } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import type { Format, RowContext, RowReader } from '../formats/format.ts';
import { hideInWords } from '../formats/free-words.ts';
import { type Fault, JSON_CELLS, Row } from '../formats/row.ts';
import { JsonRows } from './json-rows.ts';
import type { Mapping } from './mapping.ts';
import { timeReader } from './time-forms.ts';

/** The result of reading a text. As in a file, a row that is not understood is data, not an error. */
export type Reading = { readonly fact: Fact } | { readonly fault: Fault };

export class OneRow {
  private readonly row: Row;
  private readonly json: JsonRows;
  private readonly reader: RowReader;
  private readonly hideInWords: ReturnType<typeof hideInWords>;

  constructor(format: Format, context: RowContext, mapping?: Mapping) {
    const times = mapping === undefined ? null : timeReader(mapping.dates, mapping.zone);
    this.hideInWords = hideInWords(context.pseudonym);
    this.row = new Row(format.fields, { ...JSON_CELLS, times });
    this.json = new JsonRows(format, this.row, mapping);
    this.reader = format.open({ ...context, series: mapping?.series, importId: 0, receivedAt: 0, statedAt: null });
  }

  /** Whether the mapping takes the text; one that is no JSON is taken, to be refused. */
  isTaken(text: string): boolean {
    return this.json.isTaken(text);
  }

  /** `raw` is the id of the exchange with the text. */
  read(text: string, raw: string, receivedAt: Instant): Reading {
    const { row } = this;
    row.fault = null;
    this.json.read(text);
    const fact = row.fault === null ? this.reader(row) : null;
    if (fact === null) return { fault: row.fault! };
    const { body, stated_at } = fact;
    const statedAt = body.type === 'OrderPlaced' ? (stated_at ?? receivedAt) : null;
    return { fact: this.hideInWords({ ...fact, raw, received_at: receivedAt, stated_at: statedAt }) };
  }
}
