// The facts of a body as they are found, and what of it became none. Whatever the network, one claim has one id: the
// network's own id of the event, otherwise a hash of what identifies the claim.

import { phonePseudonym } from '../../archive/privacy/phone.ts';
import { type Fact, type SourceBody, sourceName } from '../../domain/fact.ts';
import type { Instant } from '../../domain/time.ts';
import { isObject } from '../files/json-text.ts';
import { hideInWords } from '../formats/free-words.ts';
import type { Body, BodyContext, BodyIgnored, BodyReading, BodyReject } from './body.ts';
import { exactJson, JsonFields } from './json-fields.ts';

export class BodyFacts {
  readonly context: BodyContext;
  readonly body: Body;
  /** The keyed hash of a phone number; `country` is where it is dialled, if that is known. */
  readonly phone: (text: string, country: string | null) => string | null;
  private readonly hideInWords: ReturnType<typeof hideInWords>;
  private readonly facts: Fact[] = [];
  private readonly rejects: BodyReject[] = [];
  private readonly ignored: BodyIgnored[] = [];
  private readonly repeats = new Map<string, number>();

  constructor(context: BodyContext, body: Body) {
    this.context = context;
    this.body = body;
    this.phone = phonePseudonym(context.pseudonym);
    this.hideInWords = hideInWords(context.pseudonym);
  }

  get reading(): BodyReading {
    const { facts, rejects, ignored } = this;
    return { facts, rejects, ignored, unread: null };
  }

  ignore(place: string, id: string | null, why: string): void {
    this.ignored.push({ place, id, why });
  }

  /** Whether the fields have a fault, which is then told. */
  isRefused(fields: JsonFields): boolean {
    if (fields.fault === null) return false;
    this.rejects.push({ ...fields.fault, place: fields.path });
    return true;
  }

  /** `id` without the source: an order's is its reference, from whichever source. */
  add(
    id: string,
    key: string,
    occurredAt: Instant | null,
    body: SourceBody,
    more: Partial<Pick<Fact, 'account' | 'merchant' | 'stated_at' | 'report' | 'line' | 'payout'>> = {},
  ): void {
    const { provider, account } = this.context;
    const fact: Fact<SourceBody> = {
      // An order's id is its reference, from whichever source.
      id: body.type === 'OrderPlaced' ? id : `${sourceName(this.context)}:${id}`,
      provider,
      account,
      merchant: '',
      occurred_at: occurredAt,
      forwarded: false,
      stated_at: null,
      import_id: 0,
      body,
      transaction_reference: key,
      received_at: this.body.readAt,
      raw: this.body.raw,
      report: null,
      line: null,
      payout: null,
      ...more,
    };
    this.facts.push(this.hideInWords(fact));
  }

  /** An id for a claim that has none: the hash of its content, and how often this body said it before. */
  repeated(hash: string): string {
    const ordinal = this.repeats.get(hash) ?? 0;
    this.repeats.set(hash, ordinal + 1);
    return `#${hash}/${ordinal}`;
  }
}

/** A reader of bodies that are one JSON object. */
export function jsonReader(
  context: BodyContext,
  read: (root: JsonFields, facts: BodyFacts, body: Body) => BodyReading | undefined,
): (body: Body) => BodyReading {
  return (body) => {
    const parsed = exactJson(body.text);
    if ('fault' in parsed) return unreadJson('HESABU_JSON_INVALID', parsed.fault);
    if (!isObject(parsed.value)) return unreadJson('HESABU_ROW_SHAPE', 'another value');
    const facts = new BodyFacts(context, body);
    return read(new JsonFields(parsed.value), facts, body) ?? facts.reading;
  };
}

/** Reads each object of a list; what is none is told. False where there is no list. */
export function readEach(
  facts: BodyFacts,
  root: JsonFields,
  path: string,
  add: (facts: BodyFacts, part: JsonFields) => void,
): boolean {
  const list = root.value(path);
  if (!Array.isArray(list)) return false;
  for (const part of root.each(path)) add(facts, part);
  list.forEach((value, at) => {
    if (!isObject(value)) facts.ignore(`${path}[${at}]`, null, 'a part of another shape');
  });
  if (list.length === 0) facts.ignore('', null, 'an empty list');
  return true;
}

/** A reader of bodies that are one JSON object, or a list of them, each of which it gets with its place. */
export function jsonPartsReader(
  context: BodyContext,
  read: (part: JsonFields, facts: BodyFacts, body: Body) => BodyReading | undefined,
): (body: Body) => BodyReading {
  const one = jsonReader(context, read);
  return (body) => {
    const parsed = exactJson(body.text);
    if ('fault' in parsed || !Array.isArray(parsed.value)) return one(body);
    if (parsed.value.length === 0) return unreadJson('HESABU_ROW_SHAPE', 'an empty list');
    const facts = new BodyFacts(context, body);
    for (const [at, value] of parsed.value.entries()) {
      const other = isObject(value) ? read(new JsonFields(value, `[${at}]`), facts, body) : undefined;
      if (other !== undefined || !isObject(value)) facts.ignore(`[${at}]`, null, 'a part of another shape');
    }
    return facts.reading;
  };
}

function unreadJson(code: 'HESABU_JSON_INVALID' | 'HESABU_ROW_SHAPE', found: string): BodyReading {
  const fault = { field: '', code, expected: 'one JSON object', found };
  return { facts: [], rejects: [], ignored: [], unread: fault };
}
